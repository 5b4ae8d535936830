import { type RlpItem, readRlp, readRlpList } from "./wire/rlpItem.js";
import { malformed } from "./wire/wireError.js";

/** Typed transactions taken beside legacy ones: EIP-2930, 1559 and 7702. Blob transactions (3) are refused (H). */
const TYPES = [0x01, 0x02, 0x04];
/** No transaction type has more fields. */
const FIELDS_MAX = 16;
/** Access list, its entries, their storage keys. */
const NESTING_MAX = 3;
/** Every entry of an access or authorization list takes at least 23 bytes and three items. */
const BYTES_PER_ITEM_MIN = 4;

/**
 * Bound a raw transaction before a general decoder sees it: canonical RLP, known type, few fields, no deep
 * nesting and no more items than a real one of its size has.
 * @throws {WireError}
 */
export function assertTransactionShape(bytes: Uint8Array): void {
  const first = bytes[0];
  if (first === undefined) throw malformed("transaction", "not empty");
  if (first < 0x80 && !TYPES.includes(first)) {
    throw malformed("transaction.type", `a supported type, got 0x${first.toString(16)}`);
  }
  const fields = readRlpList(
    readRlp(first < 0x80 ? bytes.subarray(1) : bytes, "transaction"),
    "transaction",
    FIELDS_MAX,
  );
  let budget = Math.floor(bytes.length / BYTES_PER_ITEM_MIN);
  for (const field of fields) budget -= countItems(field, budget, NESTING_MAX);
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
