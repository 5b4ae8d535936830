import { appendFile, mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { isHex } from "@causeway/protocol/hex";
import { fromHex, toHex } from "../codec/hex.js";
import type { Log } from "../log.js";
import { POOL_LIMITS } from "./poolLimits.js";

/** Hex doubles the bytes; twice the pool may lie in the file before it is written anew. */
const JOURNAL_BYTES_MAX = 4 * POOL_LIMITS.bytesMax;

/** Pooled transactions as lines of hex, so that a restart loses none. Best effort: nothing waits for it. */
export class PoolJournal {
  readonly #path: string;
  readonly #log: Log;
  #waiting: string[] = [];
  #writing: Promise<void> = Promise.resolve();
  #busy = false;
  #bytes = 0;

  constructor(path: string, log: Log) {
    this.#path = path;
    this.#log = log;
  }

  async load(): Promise<Uint8Array[]> {
    let text: string;
    try {
      text = await readFile(this.#path, "utf8");
    } catch {
      return [];
    }
    const lines = text.length > JOURNAL_BYTES_MAX ? [] : text.split("\n");
    return lines.filter((line) => isHex(line)).map((line) => fromHex(line as `0x${string}`));
  }

  append(raw: Uint8Array): void {
    this.#waiting.push(toHex(raw));
    if (this.#busy) return;
    this.#busy = true;
    this.#writing = this.#flush();
  }

  get full(): boolean {
    return this.#bytes > JOURNAL_BYTES_MAX / 2;
  }

  /** Replace the file by these transactions. */
  async rewrite(transactions: Iterable<Uint8Array>): Promise<void> {
    await this.#writing;
    const text = [...transactions].map((raw) => `${toHex(raw)}\n`).join("");
    try {
      await mkdir(dirname(this.#path), { recursive: true });
      await writeFile(`${this.#path}.new`, text);
      await rename(`${this.#path}.new`, this.#path);
      this.#bytes = text.length;
    } catch (error) {
      this.#log.warn({ error: String(error) }, "the transaction journal could not be written");
    }
  }

  async #flush(): Promise<void> {
    try {
      while (this.#waiting.length > 0) {
        const text = `${this.#waiting.join("\n")}\n`;
        this.#waiting = [];
        await appendFile(this.#path, text);
        this.#bytes += text.length;
      }
    } catch (error) {
      this.#log.warn({ error: String(error) }, "the transaction journal could not be written");
    } finally {
      this.#busy = false;
    }
  }
}
