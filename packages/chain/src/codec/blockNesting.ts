import { type RlpItem, readRlp, readRlpList } from "@causeway/protocol/wire/rlpItem";
import { chainError } from "../chainError.js";

/** Block; transactions, ommers or withdrawals; one of them. What a typed transaction holds stands in a string. */
const NESTING_MAX = 3;

/**
 * Bound how deep a block from outside is nested before a general decoder sees it, which copies what is left at every level.
 * @throws ChainError "H1.encoding" for what is nested deeper than any block, or no canonical RLP.
 */
export function checkNesting(block: Uint8Array): void {
  try {
    descend(readRlp(block, "block"), 1, block.length);
  } catch (cause) {
    const problem = cause instanceof Error ? cause.message : String(cause);
    throw chainError("H1.encoding", `block: ${problem} (H1)`, cause);
  }
}

function descend(item: RlpItem, depth: number, itemsMax: number): void {
  if (!item.isList) return;
  if (depth > NESTING_MAX) throw new Error(`is nested deeper than ${NESTING_MAX} lists`);
  for (const child of readRlpList(item, "list", itemsMax)) descend(child, depth + 1, itemsMax);
}
