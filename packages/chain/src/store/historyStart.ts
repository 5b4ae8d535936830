import { chainError } from "../chainError.js";
import type { Database, Put } from "./database.js";
import { keys, numberBytes, readNumber } from "./keys.js";

/** Headers that a snapshot brings besides its head's: what BLOCKHASH can ask for from the next block on. */
export const HEADERS_BEFORE_HISTORY = 255;

/**
 * First height whose block and state this database holds: 0 where the chain was executed from genesis, the snapshot's
 * head where it was restored (N4).
 */
export function readHistoryStart(database: Database): number {
  const bytes = database.get(keys.historyStart);
  return bytes === undefined ? 0 : readNumber(bytes);
}

export function historyStartPut(height: number): Put {
  return { key: keys.historyStart, value: numberBytes(height) };
}

/** What a node that was restored answers about what was before. */
export function historyMissing(what: string, number: number, start: number) {
  return chainError(
    "HistoryMissing",
    `${what} ${number} is not kept here: this node was restored from a snapshot of block ${start}; ask a node with the whole history`,
  );
}
