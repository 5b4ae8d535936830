import { createHash } from "node:crypto";
import { snapshotError } from "./snapshotError.js";
import { decodeRecord, encodeRecord, RECORD_BYTES_MAX, type SnapshotRecord } from "./snapshotRecord.js";

const LENGTH_BYTES = 4;

/** Every record as its length, four bytes big-endian, and its RLP; closed by the checksum of it all. */
export async function* writeRecords(records: AsyncIterable<SnapshotRecord>): AsyncGenerator<Uint8Array> {
  const hash = createHash("sha256");
  for await (const record of records) {
    const framed = frame(encodeRecord(record));
    hash.update(framed);
    yield framed;
  }
  yield frame(encodeRecord({ kind: "end", checksum: hash.digest() }));
}

/**
 * The records of a file read in pieces of any size; no more than one record is held. The closing one is checked and not
 * given out.
 * @throws {SnapshotError} "SnapshotTruncated", "SnapshotTrailing", "SnapshotChecksum", "SnapshotFormat".
 */
export async function* readRecords(
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<Exclude<SnapshotRecord, { kind: "end" }>> {
  const hash = createHash("sha256");
  const bytes = new ByteReader(chunks);
  for (;;) {
    const prefix = await bytes.take(LENGTH_BYTES);
    const length = Buffer.from(prefix).readUInt32BE();
    if (length > RECORD_BYTES_MAX) {
      throw snapshotError(
        "SnapshotFormat",
        `a record of ${length} bytes, at most ${RECORD_BYTES_MAX} allowed`,
      );
    }
    const payload = await bytes.take(length);
    const record = decodeRecord(payload);
    if (record.kind === "end") {
      if (!hash.digest().equals(record.checksum)) {
        throw snapshotError("SnapshotChecksum", "the file was altered after it was written");
      }
      if (!(await bytes.atEnd()))
        throw snapshotError("SnapshotTrailing", "more bytes follow the last record");
      return;
    }
    hash.update(prefix).update(payload);
    yield record;
  }
}

function frame(payload: Uint8Array): Uint8Array {
  const framed = Buffer.alloc(LENGTH_BYTES + payload.length);
  framed.writeUInt32BE(payload.length);
  framed.set(payload, LENGTH_BYTES);
  return framed;
}

/** Exactly as many bytes as asked for, out of chunks of any size. */
class ByteReader {
  readonly #chunks: AsyncIterator<Uint8Array>;
  #rest: Uint8Array = new Uint8Array();

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  async take(count: number): Promise<Uint8Array> {
    const parts: Uint8Array[] = [];
    for (let missing = count; missing > 0; ) {
      if (this.#rest.length === 0 && !(await this.#refill())) {
        throw snapshotError("SnapshotTruncated", "the file ends before its last record");
      }
      const part = this.#rest.subarray(0, missing);
      this.#rest = this.#rest.subarray(part.length);
      missing -= part.length;
      parts.push(part);
    }
    return Buffer.concat(parts);
  }

  async atEnd(): Promise<boolean> {
    return this.#rest.length === 0 && !(await this.#refill());
  }

  async #refill(): Promise<boolean> {
    for (;;) {
      const next = await this.#chunks.next();
      if (next.done === true) return false;
      this.#rest = next.value;
      if (next.value.length > 0) return true;
    }
  }
}
