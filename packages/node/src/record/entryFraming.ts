import { crc32 } from "node:zlib";

/**
 * Frame of one entry in a record file: u32 length of the body, u32 CRC-32 of those four bytes, u32 CRC-32 of the body,
 * the body; all big-endian. The length has its own CRC so that a damaged length is never taken for a torn tail.
 */
const FRAME_HEADER_BYTES = 12;
/** A block of 8 MiB, the PREPAREs of 64 validators, and room. */
const BODY_BYTES_MAX = 16 * 1024 * 1024;

export function frameEntry(body: Uint8Array): Uint8Array {
  if (body.length > BODY_BYTES_MAX) {
    throw new RangeError(`record entry of ${body.length} bytes exceeds ${BODY_BYTES_MAX}`);
  }
  const frame = new Uint8Array(FRAME_HEADER_BYTES + body.length);
  const view = new DataView(frame.buffer);
  view.setUint32(0, body.length);
  view.setUint32(4, crc32(frame.subarray(0, 4)));
  view.setUint32(8, crc32(body));
  frame.set(body, FRAME_HEADER_BYTES);
  return frame;
}

/** Bodies in order, and where the last whole entry ends; `damaged` tells why the rest cannot be trusted. */
export interface Unframed {
  readonly bodies: readonly Uint8Array[];
  /** Bytes up to the end of the last whole entry; fewer than the input when the tail was torn by a crash. */
  readonly wholeBytes: number;
  readonly damaged: string | null;
}

/**
 * Read entries until the end. A torn tail is an incomplete last entry, or one that the disk has given its length but not
 * all of its bytes, which then read as zeros, as file systems with delayed allocation leave it. An entry ends in the brace
 * of its JSON or in a block's RLP, never in a zero, and no flip of one bit makes it end so: any other CRC that fails is
 * damage (W5).
 */
export function unframeEntries(bytes: Uint8Array): Unframed {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const written = writtenBytes(bytes);
  const bodies: Uint8Array[] = [];
  let offset = 0;
  const end = (damaged: string | null): Unframed => ({ bodies, wholeBytes: offset, damaged });
  while (bytes.length - offset >= FRAME_HEADER_BYTES) {
    const length = view.getUint32(offset);
    if (crc32(bytes.subarray(offset, offset + 4)) !== view.getUint32(offset + 4)) {
      return end(written < offset + FRAME_HEADER_BYTES ? null : `CRC of the length at byte ${offset}`);
    }
    if (length > BODY_BYTES_MAX) return end(`length ${length} at byte ${offset}`);
    const start = offset + FRAME_HEADER_BYTES;
    if (bytes.length - start < length) return end(null);
    const body = bytes.subarray(start, start + length);
    if (crc32(body) !== view.getUint32(offset + 8)) {
      const isUnwritten = start + length === bytes.length && written < bytes.length;
      return end(isUnwritten ? null : `CRC of the entry at byte ${offset}`);
    }
    bodies.push(body);
    offset = start + length;
  }
  return end(null);
}

/** Bytes up to the last that is not zero. */
function writtenBytes(bytes: Uint8Array): number {
  return bytes.findLastIndex((byte) => byte !== 0) + 1;
}
