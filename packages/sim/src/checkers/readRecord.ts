import type { RecordEntry } from "@causeway/consensus/recordEntry";
import { decodeEntry, decodeSigned } from "@causeway/node/record/entryCodec";
import { unframeEntries } from "@causeway/node/record/entryFraming";
import { recordPath } from "@causeway/node/record/safetyRecord";
import type { Block } from "@causeway/protocol/block";
import type { Address, Hash } from "@causeway/protocol/hex";
import type { SimulatedNode } from "../node/simulatedNode.js";

export function recordPathOf({ paths }: SimulatedNode, key: Address, genesisHash: Hash): string {
  return recordPath({ directory: paths.safety, key, genesisHash });
}

/** Whole entries of a node's safety records, key by key, as anybody reads them off its disk; none of a record that is not there. */
export function readRecord(node: SimulatedNode, genesisHash: Hash): RecordEntry[] {
  return node.keys.flatMap((key) => readEntries(node, recordPathOf(node, key, genesisHash)));
}

/** Whole entries of the record at a path. */
export function readEntries(node: SimulatedNode, path: string): RecordEntry[] {
  const bytes = node.disk.read(path);
  const held = new Map<Hash, Block>();
  const [, ...bodies] = bytes === null ? [] : unframeEntries(bytes).bodies;
  return bodies.map((body) => {
    const entry = decodeEntry(body, held);
    if (entry.block !== null) held.set(entry.block.hash, entry.block);
    return entry;
  });
}

/** What the bytes just appended to a node's record say it signed; null for those of another file. */
export function readAppended(path: string, bytes: Uint8Array): ReturnType<typeof decodeSigned> | null {
  const [body] = isRecord(path) ? unframeEntries(bytes).bodies : [];
  return body === undefined ? null : decodeSigned(body);
}

export function isRecord(path: string): boolean {
  return path.endsWith(".record");
}
