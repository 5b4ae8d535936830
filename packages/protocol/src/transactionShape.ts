import { type RlpItem, readRlp, readRlpList } from "./wire/rlpItem.js";
import { malformed } from "./wire/wireError.js";

/** Typed transactions a chain takes beside legacy ones: EIP-2930, 1559 and 7702. Blob transactions (3) are refused. */
const SUPPORTED_TYPES = [0x01, 0x02, 0x04];
/** A first byte from here on is the list of a legacy transaction, below it a type (EIP-2718). */
const LIST_PREFIX_MIN = 0xc0;
/** No transaction type has more fields. */
const FIELDS_MAX = 16;
/** Access list, its entries, their storage keys. */
const NESTING_MAX = 3;
/** The densest real list, an authorization of EIP-7702 with one-byte r and s, has 7 items in 27 bytes. */
const BYTES_PER_ITEM_MIN = 3;

/**
 * Bound a raw transaction of any type before a general decoder sees it: canonical RLP, few fields, no deep
 * nesting and no more items than a real one of its size has.
 * @throws {WireError}
 */
export function assertTransactionShape(bytes: Uint8Array): void {
  const first = bytes[0];
  if (first === undefined) throw malformed("transaction", "not empty");
  const list = first < LIST_PREFIX_MIN ? bytes.subarray(1) : bytes;
  const fields = readRlpList(readRlp(list, "transaction"), "transaction", FIELDS_MAX);
  let budget = Math.floor(bytes.length / BYTES_PER_ITEM_MIN);
  for (const field of fields) budget -= countItems(field, budget, NESTING_MAX);
}

/** {@link assertTransactionShape}, and of a type the chain takes. @throws {WireError} */
export function assertSupportedTransaction(bytes: Uint8Array): void {
  const first = bytes[0] ?? 0;
  if (first < LIST_PREFIX_MIN && !SUPPORTED_TYPES.includes(first)) {
    throw malformed("transaction.type", `a supported type, got 0x${first.toString(16)}`);
  }
  assertTransactionShape(bytes);
}

/** Items below `item`, refused beyond `budget` or `depth`. */
function countItems(item: RlpItem, budget: number, depth: number): number {
  if (!item.isList) return 0;
  if (depth === 0) throw malformed("transaction", `nested at most ${NESTING_MAX} lists deep`);
  const children = readRlpList(item, "transaction", budget);
  return children.reduce(
    (count, child) => count + countItems(child, budget - count, depth - 1),
    children.length,
  );
}
