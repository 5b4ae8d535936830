import { malformed } from "./wireError.js";

/** A length prefix of five 7-bit groups reaches 32 GiB, above every bound. */
const PREFIX_BYTES_MAX = 5;

/** One frame: unsigned varint (LEB128) length, then the message (X8). */
export function encodeFrame(message: Uint8Array): Uint8Array {
  const prefix = encodeVarint(message.length);
  const frame = new Uint8Array(prefix.length + message.length);
  frame.set(prefix);
  frame.set(message, prefix.length);
  return frame;
}

function encodeVarint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 0x80) {
    bytes.push((rest % 0x80) | 0x80);
    rest = Math.floor(rest / 0x80);
  }
  bytes.push(rest);
  return bytes;
}

/**
 * Cuts a byte stream into messages. Holds at most one unfinished frame, and refuses an oversized one by its
 * prefix, before any of it is kept.
 */
export class FrameDecoder {
  private prefix: number[] = [];
  private body: Uint8Array | null = null;
  private filled = 0;

  /** @param maxBytes bound of a frame. */
  constructor(private readonly maxBytes: number) {}

  /**
   * @returns the messages that `chunk` completes, in order.
   * @throws {WireError} field "frame": an empty, oversized or badly prefixed frame; the stream is beyond repair.
   */
  push(chunk: Uint8Array): Uint8Array[] {
    const messages: Uint8Array[] = [];
    for (let offset = 0; offset < chunk.length; ) {
      if (this.body === null) {
        this.readPrefix(chunk[offset++] as number);
        continue;
      }
      const part = chunk.subarray(offset, offset + this.body.length - this.filled);
      this.body.set(part, this.filled);
      this.filled += part.length;
      offset += part.length;
      if (this.filled === this.body.length) {
        messages.push(this.body);
        this.body = null;
      }
    }
    return messages;
  }

  private readPrefix(byte: number): void {
    this.prefix.push(byte);
    if (byte >= 0x80) {
      if (this.prefix.length === PREFIX_BYTES_MAX)
        throw malformed("frame", "behind a length of at most 5 bytes");
      return;
    }
    if (byte === 0) throw malformed("frame", "behind a minimal, non-zero length");
    const length = this.prefix.reduceRight((sum, group) => sum * 0x80 + (group & 0x7f), 0);
    const max = this.maxBytes;
    if (length > max) throw malformed("frame", `at most ${max} bytes, got ${length} (N2)`);
    this.prefix = [];
    this.filled = 0;
    this.body = new Uint8Array(length);
  }
}
