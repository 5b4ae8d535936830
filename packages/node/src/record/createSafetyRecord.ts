import type { Address, Hash } from "@causeway/protocol/hex";
import { nodeFileSystem } from "../ports/nodeFileSystem.js";
import { SafetyRecord } from "./safetyRecord.js";

/**
 * Create the empty safety record that belongs to a new key (W5); durable when this returns.
 * @param directory the node's record directory, `D/node-i/safety`; created when missing.
 * @throws SafetyRecordError "RecordExists".
 */
export function createSafetyRecord(directory: string, key: Address, genesisHash: Hash): void {
  SafetyRecord.create(nodeFileSystem, { directory, key, genesisHash }, 0).close();
}
