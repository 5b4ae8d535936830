import { createReadStream } from "node:fs";
import { appendFile, mkdir, rename, stat, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { createInterface } from "node:readline";
import { isHex } from "@causeway/protocol/hex";
import { fromHex, toHex } from "../codec/hex.js";
import type { Log } from "../log.js";
import { POOL_LIMITS, TRANSACTION_BYTES_MAX } from "./poolLimits.js";

/** A line is 0x, two digits a byte and its end. */
const LINE_CHARS_MAX = 2 * TRANSACTION_BYTES_MAX + 3;
/** A whole pool as lines of hex. */
const POOL_CHARS_MAX = 2 * POOL_LIMITS.bytesMax + 3 * POOL_LIMITS.transactionsMax;

/** Characters, one byte each on disk. */
export interface JournalLimits {
  /** A longer file is written anew, without what has left the pool. */
  readonly fileCharsMax: number;
  /** Beyond this the disk cannot keep up and lines are left out. */
  readonly waitingCharsMax: number;
}

/** Where pooled transactions outlive a restart. */
export interface TransactionJournal {
  /** Transactions kept before, one after the other. */
  load(): AsyncIterable<Uint8Array>;
  append(raw: Uint8Array): void;
  /** Whether it holds so much that `rewrite` is due. */
  readonly full: boolean;
  /** Replace everything by the transactions that `pooled` gives when its turn comes. */
  rewrite(pooled: () => Iterable<Uint8Array>): Promise<void>;
}

/** Pooled transactions as lines of hex, so that a restart loses none. Best effort: nothing waits for it. */
export class PoolJournal implements TransactionJournal {
  readonly #path: string;
  readonly #log: Log;
  readonly #limits: JournalLimits;
  #waiting: string[] = [];
  #waitingChars = 0;
  #fileChars = 0;
  /** One write at a time, in order. */
  #writing: Promise<void> = Promise.resolve();
  #flushPlanned = false;

  constructor(
    path: string,
    log: Log,
    limits: JournalLimits = { fileCharsMax: 2 * POOL_CHARS_MAX, waitingCharsMax: POOL_CHARS_MAX },
  ) {
    this.#path = path;
    this.#log = log;
    this.#limits = limits;
  }

  /** Transactions of the file, one after the other; what is no line of hex is passed over. */
  async *load(): AsyncGenerator<Uint8Array> {
    const size = await stat(this.#path).then(
      (file) => file.size,
      () => 0,
    );
    // The last write may have gone beyond the bound by all that waited.
    const max = this.#limits.fileCharsMax + this.#limits.waitingCharsMax;
    if (size > max) {
      this.#log.warn(
        { path: this.#path, size, max },
        "the transaction journal is larger than any this node writes: it is not read",
      );
      return;
    }
    if (size === 0) return;
    const lines = createInterface({ input: createReadStream(this.#path, "latin1"), crlfDelay: Infinity });
    for await (const line of lines) {
      if (line.length <= LINE_CHARS_MAX && isHex(line)) yield fromHex(line);
    }
  }

  append(raw: Uint8Array): void {
    const line = `${toHex(raw)}\n`;
    if (this.#waitingChars + line.length > this.#limits.waitingCharsMax) return;
    this.#waiting.push(line);
    this.#waitingChars += line.length;
    if (this.#flushPlanned) return;
    this.#flushPlanned = true;
    this.#write(() => this.#flush());
  }

  get full(): boolean {
    return this.#fileChars > this.#limits.fileCharsMax;
  }

  async rewrite(pooled: () => Iterable<Uint8Array>): Promise<void> {
    // Not full any more from here on: one rewrite is enough.
    this.#fileChars = 0;
    this.#write(async () => {
      const text = Array.from(pooled(), (raw) => `${toHex(raw)}\n`).join("");
      this.#takeWaiting();
      await mkdir(dirname(this.#path), { recursive: true });
      await writeFile(`${this.#path}.new`, text);
      await rename(`${this.#path}.new`, this.#path);
      this.#fileChars = text.length;
    });
    await this.#writing;
  }

  async #flush(): Promise<void> {
    this.#flushPlanned = false;
    const text = this.#takeWaiting();
    await appendFile(this.#path, text);
    this.#fileChars += text.length;
  }

  #takeWaiting(): string {
    const text = this.#waiting.join("");
    this.#waiting = [];
    this.#waitingChars = 0;
    return text;
  }

  #write(work: () => Promise<void>): void {
    this.#writing = this.#writing.then(work).catch((error: unknown) => {
      this.#log.warn({ error: String(error) }, "the transaction journal could not be written");
    });
  }
}
