import { join } from "node:path";
import type { RecordEntry } from "@causeway/consensus/recordEntry";
import type { Block } from "@causeway/protocol/block";
import { CausewayError } from "@causeway/protocol/errors";
import { type Address, fromHex, type Hash, toHex } from "@causeway/protocol/hex";
import type { AppendFile, FileSystem } from "../ports/fileSystem.js";
import { replaceFile } from "../ports/replaceFile.js";
import { decodeEntry, encodeEntry } from "./entryCodec.js";
import { frameEntry, unframeEntries } from "./entryFraming.js";
import { comparePositions, positionKey, positionOf } from "./position.js";
import { stillNeeded } from "./stillNeeded.js";

/** First bytes of a record file; the digit is the version of the format. */
const MAGIC = new TextEncoder().encode("causeway-safety-record-1\n");
/** Magic, genesisHash, address, height from which the key may sign: framed as the first entry. */
const HEADER_BYTES = MAGIC.length + 32 + 20 + 8;
/** Entries that nothing needs any more are dropped when the file has grown past this, not one by one. */
const ROTATE_BYTES = 4 * 1024 * 1024;

export type SafetyRecordError = CausewayError<
  | { code: "RecordUnreadable"; path: string; reason: string }
  | { code: "WrongChain"; path: string }
  | { code: "RecordExists"; path: string }
  | { code: "RecordWriteFailed"; path: string }
  | { code: "RecordBackwards"; path: string }
>;

/** Where the record of a key lives. */
export interface RecordLocation {
  readonly directory: string;
  readonly key: Address;
  readonly genesisHash: Hash;
}

/**
 * What one key has signed on one chain (W1-W6). An entry is on disk before its signature leaves this object; a failed
 * write leaves the record unusable, and the process must stop.
 */
export class SafetyRecord {
  readonly #fs: FileSystem;
  readonly #location: RecordLocation;
  readonly #path: string;
  #floor: number;
  #entries: RecordEntry[];
  #file: AppendFile;
  #fileBytes: number;
  /** A height that goes on and on is looked through again when the file has doubled. */
  #compactBytes = ROTATE_BYTES;
  #broken = false;

  private constructor(
    fs: FileSystem,
    location: RecordLocation,
    state: { floor: number; entries: RecordEntry[]; bytes: number },
  ) {
    this.#fs = fs;
    this.#location = location;
    this.#path = recordPath(location);
    this.#floor = state.floor;
    this.#entries = state.entries;
    this.#fileBytes = state.bytes;
    this.#file = fs.openAppend(this.#path);
  }

  /**
   * Open the record of a key, dropping a tail torn by a crash.
   * @returns null when there is none.
   * @throws {SafetyRecordError} "RecordUnreadable", "WrongChain" (another key or chain), "RecordWriteFailed" (W6).
   */
  static open(fs: FileSystem, location: RecordLocation): SafetyRecord | null {
    const path = recordPath(location);
    const bytes = readRecord(fs, path);
    if (bytes === null) return null;
    const { bodies, wholeBytes, damaged } = unframeEntries(bytes);
    if (damaged !== null) throw unreadable(path, damaged);
    const [header, ...rest] = bodies;
    if (header === undefined) throw unreadable(path, "no header");
    const floor = readHeader(header, location, path);
    const entries = decodeEntries(rest, path);
    if (wholeBytes < bytes.length) toDisk(path, () => replaceFile(fs, path, bytes.subarray(0, wholeBytes)));
    // What a crashed process appended may be whole and yet not durable; it is about to be relied upon.
    else toDisk(path, () => fs.sync(path));
    return new SafetyRecord(fs, location, { floor, entries, bytes: wholeBytes });
  }

  /**
   * Create an empty record, durable when this returns (W5).
   * @param floor first height the key may sign at.
   * @throws {SafetyRecordError} "RecordExists", "RecordWriteFailed" (W6).
   */
  static create(fs: FileSystem, location: RecordLocation, floor: number): SafetyRecord {
    const path = recordPath(location);
    if (fs.exists(path)) {
      throw new CausewayError(
        { code: "RecordExists", path },
        `safety record ${path}: exists already; a key has one record for ever (W5)`,
      );
    }
    toDisk(path, () => fs.makeDirectory(location.directory));
    const bytes = frameEntry(writeHeader(location, floor));
    toDisk(path, () => replaceFile(fs, path, bytes));
    return new SafetyRecord(fs, location, { floor, entries: [], bytes: bytes.length });
  }

  /** What was signed at heights not yet dropped, in order: all of it, or all that a restart needs (W3). */
  get entries(): readonly RecordEntry[] {
    return this.#entries;
  }

  /** A block of one of {@link entries}. */
  block(hash: Hash): Block | null {
    return this.#entries.find(({ block }) => block?.hash === hash)?.block ?? null;
  }

  /** First height the key may sign at. */
  get floor(): number {
    return this.#floor;
  }

  /**
   * Sign once per position: a position already signed returns what was stored, a new one is signed, appended and
   * fsynced before this returns.
   * @throws {SafetyRecordError} "RecordBackwards" for a position before the last, "RecordWriteFailed" (W6).
   */
  signOnce(wanted: Omit<RecordEntry, "signature">, sign: () => RecordEntry["signature"]): RecordEntry {
    const position = positionOf(wanted.signing);
    const last = this.#entries.at(-1);
    const order = last === undefined ? 1 : comparePositions(position, positionOf(last.signing));
    const stored = order > 0 ? undefined : this.#at(positionKey(position));
    if (stored !== undefined) return stored;
    if (order < 0 || position.height < this.#floor) {
      throw new CausewayError(
        { code: "RecordBackwards", path: this.#path },
        `safety record ${this.#path}: refuses to sign at ${positionKey(position)}, before ${last === undefined ? `height ${this.#floor}` : positionKey(positionOf(last.signing))} (W1)`,
      );
    }
    const entry: RecordEntry = { ...wanted, signature: sign() };
    this.#append(entry);
    return entry;
  }

  /** Forget the heights up to `height`, whose block is durable (W4). The file shrinks when it is worth it. */
  dropThrough(height: number): void {
    this.#entries = this.#entries.filter(({ signing }) => signing.payload.height > height);
    this.#floor = Math.max(this.#floor, height + 1);
    if (this.#fileBytes > ROTATE_BYTES) this.#writing(() => this.#rotate());
  }

  close(): void {
    this.#file.close();
  }

  #at(key: string): RecordEntry | undefined {
    return this.#entries.find(({ signing }) => positionKey(positionOf(signing)) === key);
  }

  #append(entry: RecordEntry): void {
    const held = entry.block === null ? new Map() : blocksOf(this.#entries);
    const frame = frameEntry(encodeEntry(entry, held));
    this.#writing(() => {
      this.#file.append(frame);
      this.#file.sync();
    });
    this.#fileBytes += frame.length;
    this.#entries.push(entry);
    if (this.#fileBytes > this.#compactBytes) this.#compact();
  }

  /** Forget rounds that neither a restart nor a vote goes back to, so that a stall does not fill disk and memory. */
  #compact(): void {
    const needed = stillNeeded(this.#entries);
    if (needed.length < this.#entries.length) {
      this.#entries = needed;
      this.#writing(() => this.#rotate());
    } else this.#compactBytes = Math.max(ROTATE_BYTES, 2 * this.#fileBytes);
  }

  #rotate(): void {
    const held = new Map<Hash, Block>();
    const frames = [frameEntry(writeHeader(this.#location, this.#floor))];
    for (const entry of this.#entries) {
      frames.push(frameEntry(encodeEntry(entry, held)));
      if (entry.block !== null) held.set(entry.block.hash, entry.block);
    }
    const bytes = Buffer.concat(frames);
    this.#file.close();
    replaceFile(this.#fs, this.#path, bytes);
    this.#file = this.#fs.openAppend(this.#path);
    this.#fileBytes = bytes.length;
    this.#compactBytes = Math.max(ROTATE_BYTES, 2 * this.#fileBytes);
  }

  /** After one failed write nobody knows what the disk holds, so none is tried again (W6). */
  #writing(action: () => void): void {
    if (this.#broken) throw writeFailed(this.#path, new Error("an earlier write failed"));
    try {
      toDisk(this.#path, action);
    } catch (error) {
      this.#broken = true;
      throw error;
    }
  }
}

export function recordPath({ directory, key }: RecordLocation): string {
  return join(directory, `${key}.record`);
}

/**
 * Move an unreadable record aside, kept for inspection, so that a new one can be created.
 * @param stamp makes the name unique, e.g. the wall clock.
 * @throws {SafetyRecordError} "RecordWriteFailed" (W6).
 */
export function setRecordAside(fs: FileSystem, location: RecordLocation, stamp: number): void {
  const path = recordPath(location);
  if (!fs.exists(path)) return;
  toDisk(path, () => {
    fs.rename(path, `${path}.unreadable-${stamp}`);
    fs.syncDirectory(location.directory);
  });
}

/** W5: what the disk does not give back is as good as lost. */
function readRecord(fs: FileSystem, path: string): Uint8Array | null {
  try {
    return fs.read(path);
  } catch (cause) {
    throw unreadable(path, cause instanceof Error ? cause.message : String(cause));
  }
}

/** W6. @throws {SafetyRecordError} "RecordWriteFailed" for whatever the disk refuses. */
function toDisk(path: string, action: () => void): void {
  try {
    action();
  } catch (cause) {
    const isTold = cause instanceof CausewayError && cause.code === "RecordWriteFailed";
    throw isTold ? cause : writeFailed(path, cause);
  }
}

function writeHeader({ genesisHash, key }: RecordLocation, floor: number): Uint8Array {
  const header = new Uint8Array(HEADER_BYTES);
  header.set(MAGIC);
  header.set(fromHex(genesisHash), MAGIC.length);
  header.set(fromHex(key), MAGIC.length + 32);
  new DataView(header.buffer).setBigUint64(MAGIC.length + 52, BigInt(floor));
  return header;
}

function readHeader(header: Uint8Array, location: RecordLocation, path: string): number {
  const magic = header.subarray(0, MAGIC.length);
  if (header.length !== HEADER_BYTES || toHex(magic) !== toHex(MAGIC)) throw unreadable(path, "header");
  const genesisHash = toHex(header.subarray(MAGIC.length, MAGIC.length + 32));
  const key = toHex(header.subarray(MAGIC.length + 32, MAGIC.length + 52));
  if (genesisHash !== location.genesisHash || key !== location.key) {
    throw new CausewayError(
      { code: "WrongChain", path },
      `safety record ${path}: belongs to key ${key} on chain ${genesisHash}, not to key ${location.key} on chain ${location.genesisHash}`,
    );
  }
  const view = new DataView(header.buffer, header.byteOffset, header.byteLength);
  return Number(view.getBigUint64(MAGIC.length + 52));
}

function decodeEntries(bodies: readonly Uint8Array[], path: string): RecordEntry[] {
  const entries: RecordEntry[] = [];
  const held = new Map<Hash, Block>();
  for (const body of bodies) {
    let entry: RecordEntry;
    try {
      entry = decodeEntry(body, held);
    } catch (cause) {
      throw unreadable(path, `entry ${entries.length}: ${cause instanceof Error ? cause.message : cause}`);
    }
    const last = entries.at(-1);
    if (last !== undefined && comparePositions(positionOf(entry.signing), positionOf(last.signing)) <= 0) {
      throw unreadable(path, `entry ${entries.length} is not after the one before`);
    }
    if (entry.block !== null) held.set(entry.block.hash, entry.block);
    entries.push(entry);
  }
  return entries;
}

function blocksOf(entries: readonly RecordEntry[]): Map<Hash, Block> {
  const blocks = new Map<Hash, Block>();
  for (const { block } of entries) if (block !== null) blocks.set(block.hash, block);
  return blocks;
}

function unreadable(path: string, reason: string): SafetyRecordError {
  return new CausewayError(
    { code: "RecordUnreadable", path, reason },
    `safety record ${path}: unreadable (${reason})`,
  );
}

function writeFailed(path: string, cause: unknown): SafetyRecordError {
  const detail = cause instanceof Error ? cause.message : String(cause);
  return new CausewayError(
    { code: "RecordWriteFailed", path },
    `safety record ${path}: cannot be written (${detail}); nothing may be signed, the node stops (W6)`,
    { cause },
  );
}
