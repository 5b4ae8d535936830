import { GrowingBuffer } from "../growingBuffer.js";

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
  private escaped = false;

  /** @param bytesMax bound on one message. */
  constructor(
    private readonly bytesMax: number,
    private readonly onMessage: (text: string) => void,
  ) {}

  /** Read a chunk; after a fault nothing further may be pushed. */
  push(chunk: Buffer): JsonStreamFault | null {
    let start = 0;
    for (let i = 0; i < chunk.length; i++) {
      const byte = chunk[i] as number;
      if (this.depth === 0) {
        if (SPACES.has(byte)) continue;
        if (byte !== OPEN_OBJECT && byte !== OPEN_ARRAY) return "not-json";
        start = i;
        this.depth = 1;
      } else if (this.ends(byte)) {
        if (!this.keep(chunk.subarray(start, i + 1))) return "too-large";
        this.onMessage(this.begun.take());
      }
    }
    return this.depth > 0 && !this.keep(chunk.subarray(start)) ? "too-large" : null;
  }

  /** Whether this byte of a message is its last. */
  private ends(byte: number): boolean {
    if (this.inString) {
      if (this.escaped) this.escaped = false;
      else if (byte === BACKSLASH) this.escaped = true;
      else if (byte === QUOTE) this.inString = false;
      return false;
    }
    if (byte === QUOTE) this.inString = true;
    else if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) this.depth++;
    else if (byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) this.depth--;
    return this.depth === 0;
  }

  private keep(bytes: Uint8Array): boolean {
    if (this.begun.length + bytes.length > this.bytesMax) return false;
    this.begun.append(bytes);
    return true;
  }
}
