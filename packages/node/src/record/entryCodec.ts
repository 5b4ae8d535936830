import type { RecordEntry } from "@causeway/consensus/recordEntry";
import { type Block, decodeBlock } from "@causeway/protocol/block";
import type { Hash } from "@causeway/protocol/hex";

/**
 * Body of an entry: u32 length of the JSON, the JSON of all but the block, then the block's RLP. A block that an earlier
 * entry of the file already holds is referred to by hash, so that an 8 MiB proposal is written once, not per step.
 */
interface EntryJson extends Omit<RecordEntry, "block"> {
  readonly blockHash: Hash | null;
}

/** @param held hashes of the blocks earlier entries of the file carry. */
export function encodeEntry(entry: RecordEntry, held: ReadonlyMap<Hash, Block>): Uint8Array {
  const { block, ...rest } = entry;
  const json: EntryJson = { ...rest, blockHash: block?.hash ?? null };
  const text = new TextEncoder().encode(JSON.stringify(json));
  const blockBytes = block === null || held.has(block.hash) ? new Uint8Array() : block.bytes;
  const body = new Uint8Array(4 + text.length + blockBytes.length);
  new DataView(body.buffer).setUint32(0, text.length);
  body.set(text, 4);
  body.set(blockBytes, 4 + text.length);
  return body;
}

/**
 * @param held blocks of the entries before, by hash.
 * @throws when the body is not one written by {@link encodeEntry}: the record is unreadable then (W5).
 */
export function decodeEntry(body: Uint8Array, held: ReadonlyMap<Hash, Block>): RecordEntry {
  const { entry, blockHash, blockBytes } = decodeParts(body);
  return { ...entry, block: restoreBlock(blockHash, blockBytes, held) };
}

/** An entry without its block, for who has not read the entries before. @throws as {@link decodeEntry}. */
export function decodeSigned(body: Uint8Array): Omit<RecordEntry, "block"> {
  return decodeParts(body).entry;
}

function decodeParts(body: Uint8Array) {
  const textLength = new DataView(body.buffer, body.byteOffset, body.byteLength).getUint32(0);
  const text = new TextDecoder().decode(body.subarray(4, 4 + textLength));
  const { blockHash, ...entry }: EntryJson = JSON.parse(text);
  return { entry, blockHash, blockBytes: Uint8Array.from(body.subarray(4 + textLength)) };
}

function restoreBlock(hash: Hash | null, bytes: Uint8Array, held: ReadonlyMap<Hash, Block>): Block | null {
  if (hash === null) return null;
  const block = bytes.length > 0 ? decodeBlock(bytes) : held.get(hash);
  if (block?.hash !== hash) throw new Error(`block ${hash} is missing from the record`);
  return block;
}
