import type { SyncProgress } from "../statusPort.js";
import { quantity } from "./quantity.js";

/** The object of eth_syncing while it is not false. */
export function formatSyncing({ startingBlock, currentBlock, highestBlock }: SyncProgress) {
  return {
    startingBlock: quantity(startingBlock),
    currentBlock: quantity(currentBlock),
    highestBlock: quantity(highestBlock),
  };
}
