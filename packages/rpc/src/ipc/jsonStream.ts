import { GrowingBuffer } from "../server/growingBuffer.js";

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_ARRAY = 0x5b;
const OPEN_OBJECT = 0x7b;
const CLOSE_ARRAY = 0x5d;
const CLOSE_OBJECT = 0x7d;
/** Tab, line feed, carriage return, space (RFC 8259). */
const SPACES = new Set([0x09, 0x0a, 0x0d, 0x20]);

/** Why a stream cannot be read on: where its next message begins is unknown. */
export type JsonStreamFault = "not-json" | "too-large";

/**
 * Cuts a stream of bytes into JSON objects and arrays that follow each other with or without space between them, as
 * geth's IPC takes them. Whether what lies between the brackets is JSON is for the parser to say.
 */
export class JsonStream {
  /** What earlier chunks hold of an unfinished message. */
  private readonly begun = new GrowingBuffer();
  private depth = 0;
  private inString = false;
  /** The chunk before ended within a string, with a backslash that escapes. */
  private escaped = false;

  /** @param bytesMax bound on one message. */
  constructor(
    private readonly bytesMax: number,
    private readonly onMessage: (text: string) => void,
  ) {}

  /** Of a message that has not ended yet. */
  get unfinishedBytes(): number {
    return this.begun.length;
  }

  /** Read a chunk; after a fault nothing further may be pushed. */
  push(chunk: Buffer): JsonStreamFault | null {
    let start = 0;
    for (let i = 0; i < chunk.length; ) {
      if (this.inString) {
        i = this.afterString(chunk, i);
        continue;
      }
      const byte = chunk[i++] as number;
      if (byte === QUOTE && this.depth > 0) this.inString = true;
      else if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) {
        if (this.depth++ === 0) start = i - 1;
      } else if (this.depth === 0) {
        if (!SPACES.has(byte)) return "not-json";
      } else if ((byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) && --this.depth === 0) {
        if (!this.keep(chunk.subarray(start, i))) return "too-large";
        this.onMessage(this.begun.take());
      }
    }
    return this.depth > 0 && !this.keep(chunk.subarray(start)) ? "too-large" : null;
  }

  /** Index after the quote that ends the string which goes on at `start`; the chunk's end when none does. */
  private afterString(chunk: Buffer, start: number): number {
    for (let from = start; ; ) {
      const quote = chunk.indexOf(QUOTE, from);
      const end = quote === -1 ? chunk.length : quote;
      let backslashes = 0;
      while (end - 1 - backslashes >= start && chunk[end - 1 - backslashes] === BACKSLASH) backslashes++;
      // A row of them may have begun in the chunk before.
      const goesOn = backslashes === end - start && this.escaped;
      const escaped = (backslashes % 2 === 1) !== goesOn;
      if (quote === -1) {
        this.escaped = escaped;
        return end;
      }
      if (!escaped) {
        this.escaped = false;
        this.inString = false;
        return quote + 1;
      }
      from = quote + 1;
    }
  }

  private keep(bytes: Uint8Array): boolean {
    if (this.begun.length + bytes.length > this.bytesMax) return false;
    this.begun.append(bytes);
    return true;
  }
}
