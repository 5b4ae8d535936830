import type { Hash } from "@causeway/protocol/hex";
import { chainError } from "../chainError.js";
import type { Database, Put } from "./database.js";
import { readHistoryStart } from "./historyStart.js";
import { keys, numberBytes, readNumber } from "./keys.js";

/**
 * Height of the oldest block whose state is here, with those of all after it: 0 where nothing was pruned and the chain
 * was executed from genesis.
 */
export function readStateStart(database: Database): number {
  const bytes = database.get(keys.stateStart);
  return Math.max(readHistoryStart(database), bytes === undefined ? 0 : readNumber(bytes));
}

export function stateStartPut(height: number): Put {
  return { key: keys.stateStart, value: numberBytes(height) };
}

/** In the words that tools know from geth ("missing trie node", "is not available"). */
export function stateMissing(number: number, stateRoot: Hash | null, start: number) {
  const root = stateRoot === null ? "" : ` ${stateRoot}`;
  return chainError(
    "StateMissing",
    `missing trie node: historical state${root} of block ${number} is not available: this node keeps states from block ${start} on; ask an archive node`,
  );
}
