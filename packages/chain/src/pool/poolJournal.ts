import { isHex } from "@causeway/protocol/hex";
import { fromHex, toHex } from "../codec/hex.js";
import type { Logger } from "../logger.js";
import { type JournalFiles, systemJournalFiles } from "./journalFiles.js";
import { POOL_LIMITS, TRANSACTION_BYTES_MAX } from "./poolLimits.js";

/** A line is 0x, two digits a byte and its end. */
const LINE_CHARS_MAX = 2 * TRANSACTION_BYTES_MAX + 3;
/** A whole pool as lines of hex. */
const POOL_CHARS_MAX = 2 * POOL_LIMITS.bytesMax + 3 * POOL_LIMITS.transactionsMax;
/** Characters turned into hex and written at once. */
const CHUNK_CHARS = 256 * 1_024;

/** Characters, one byte each on disk. */
export interface JournalLimits {
  /** A longer file is written anew, without what has left the pool. */
  readonly fileCharsMax: number;
  /** So is one of more lines; a start reads, and recovers the senders of, no more than twice as many. */
  readonly fileLinesMax: number;
  /** Beyond this the disk cannot keep up and lines are left out. */
  readonly waitingCharsMax: number;
}

const JOURNAL_LIMITS: JournalLimits = {
  fileCharsMax: 2 * POOL_CHARS_MAX,
  fileLinesMax: 2 * POOL_LIMITS.transactionsMax,
  waitingCharsMax: POOL_CHARS_MAX,
};

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

/** Pooled transactions as lines of hex, so that a restart loses none. Best effort: nothing waits for it or fails by it. */
export class PoolJournal implements TransactionJournal {
  readonly #path: string;
  readonly #log: Logger;
  readonly #limits: JournalLimits;
  readonly #files: JournalFiles;
  #waiting: string[] = [];
  #waitingChars = 0;
  #fileChars = 0;
  #fileLines = 0;
  /** The file may end within a line: what is appended must begin another. */
  #torn = true;
  #failing = false;
  /** One write at a time, in order. */
  #writing: Promise<void> = Promise.resolve();
  #flushPlanned = false;

  constructor(
    path: string,
    log: Logger,
    limits: JournalLimits = JOURNAL_LIMITS,
    files: JournalFiles = systemJournalFiles,
  ) {
    this.#path = path;
    this.#log = log;
    this.#limits = limits;
    this.#files = files;
  }

  /** Transactions of the file, one after the other; what is no line of hex is passed over. */
  async *load(): AsyncGenerator<Uint8Array> {
    const { fileCharsMax, fileLinesMax, waitingCharsMax } = this.#limits;
    const size = await this.#files.size(this.#path);
    // The last write may have gone beyond the bound by all that waited.
    const max = fileCharsMax + waitingCharsMax;
    if (size > max) {
      this.#log.warn(
        { path: this.#path, size, max },
        "the transaction journal is larger than any this node writes: it is not read",
      );
      return;
    }
    if (size === 0) return;
    let lines = 0;
    try {
      for await (const line of this.#files.lines(this.#path)) {
        if (++lines > 2 * fileLinesMax) return;
        if (line.length <= LINE_CHARS_MAX && isHex(line)) yield fromHex(line);
      }
    } catch (error) {
      this.#log.warn({ error: String(error) }, "the transaction journal could not be read to its end");
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
    return this.#fileChars > this.#limits.fileCharsMax || this.#fileLines > this.#limits.fileLinesMax;
  }

  async rewrite(pooled: () => Iterable<Uint8Array>): Promise<void> {
    // Not full any more from here on: one rewrite is enough.
    this.#fileChars = 0;
    this.#fileLines = 0;
    this.#write(async () => {
      const transactions = [...pooled()];
      const waiting = this.#takeWaiting();
      try {
        await this.#files.replace(this.#path, this.#chunks(transactions));
      } catch (error) {
        this.#putBack(waiting);
        throw error;
      }
      this.#torn = false;
    });
    await this.#writing;
  }

  /** Resolves when all that was appended so far is written, or could not be. */
  async idle(): Promise<void> {
    await this.#writing;
  }

  async #flush(): Promise<void> {
    this.#flushPlanned = false;
    const lines = this.#takeWaiting();
    if (lines.length === 0) return;
    const text = `${this.#torn ? "\n" : ""}${lines.join("")}`;
    this.#torn = true;
    await this.#files.append(this.#path, text);
    this.#torn = false;
    this.#fileChars += text.length;
    this.#fileLines += lines.length;
  }

  /** Made as they are written: a whole pool in hex would take its time and room at once. */
  *#chunks(transactions: readonly Uint8Array[]): Generator<string> {
    let chunk = "";
    for (const raw of transactions) {
      chunk += `${toHex(raw)}\n`;
      this.#fileLines++;
      if (chunk.length < CHUNK_CHARS) continue;
      this.#fileChars += chunk.length;
      yield chunk;
      chunk = "";
    }
    this.#fileChars += chunk.length;
    yield chunk;
  }

  #takeWaiting(): string[] {
    const lines = this.#waiting;
    this.#waiting = [];
    this.#waitingChars = 0;
    return lines;
  }

  /** The old file is still in force and has none of them; the flush planned with the first of them is still to come. */
  #putBack(lines: readonly string[]): void {
    const chars = lines.reduce((sum, line) => sum + line.length, 0);
    if (this.#waitingChars + chars > this.#limits.waitingCharsMax) return;
    this.#waiting = [...lines, ...this.#waiting];
    this.#waitingChars += chars;
  }

  /** A full disk is told of once, not with each transaction. */
  #write(work: () => Promise<void>): void {
    this.#writing = this.#writing.then(work).then(
      () => {
        this.#failing = false;
      },
      (error: unknown) => {
        if (this.#failing) return;
        this.#failing = true;
        this.#log.warn({ error: String(error) }, "the transaction journal could not be written");
      },
    );
  }
}
