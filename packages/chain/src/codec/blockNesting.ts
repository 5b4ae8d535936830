import { type RlpItem, readRlp, readRlpList } from "@causeway/protocol/wire/rlpItem";
import { chainError } from "../chainError.js";

/** Block; transactions, ommers or withdrawals; one of them. What a typed transaction holds stands in a string. */
const NESTING_MAX = 3;
/** A block has four parts, a header 21 fields, a transaction 14. */
const FIELDS_MAX = 32;
/** Depth of the lists that hold many items: transactions, ommers, withdrawals. */
const ENTRIES_DEPTH = 2;
/** No transaction, ommer or withdrawal is shorter. */
const ENTRY_BYTES_MIN = 10;

/**
 * Bound how deep and how wide a block from outside is nested before a general decoder sees it, which copies what is left
 * at every level and makes an object of every item, of one byte or not.
 * @throws ChainError "H1.encoding" for what is nested deeper than any block, has more items, or is no canonical RLP.
 */
export function checkNesting(block: Uint8Array): void {
  try {
    descend(readRlp(block, "block"), 1);
  } catch (cause) {
    const problem = cause instanceof Error ? cause.message : String(cause);
    throw chainError("H1.encoding", `block: ${problem} (H1)`, cause);
  }
}

function descend(item: RlpItem, depth: number): void {
  if (!item.isList) return;
  if (depth > NESTING_MAX) throw new Error(`is nested deeper than ${NESTING_MAX} lists`);
  const entriesMax = depth === ENTRIES_DEPTH ? Math.floor(item.payload.length / ENTRY_BYTES_MIN) : 0;
  for (const child of readRlpList(item, "list", FIELDS_MAX + entriesMax)) descend(child, depth + 1);
}
