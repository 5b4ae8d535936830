import { assertSupportedTransaction } from "../transactionShape.js";
import { encodeEnvelope, openEnvelopeOf } from "./envelope.js";
import { POOL_BYTES_MAX, POOL_TRANSACTIONS_MAX, TRANSACTION_BYTES_MAX } from "./frameLimits.js";
import { readBytes } from "./readField.js";
import { readRlpList } from "./rlpItem.js";
import { WIRE_CODE } from "./wireCode.js";
import { malformed } from "./wireError.js";

/** Answer to a request for the pool: raw transactions, as many leading ones as the bounds let through. */
export function encodePool(transactions: readonly Uint8Array[]): Uint8Array {
  let room = POOL_BYTES_MAX;
  const fitting = transactions.slice(0, POOL_TRANSACTIONS_MAX);
  const end = fitting.findIndex(({ length }) => {
    room -= length;
    return room < 0;
  });
  return encodeEnvelope(WIRE_CODE.pool, fitting.slice(0, end === -1 ? fitting.length : end));
}

/** Raw transactions of the shape gossip takes. @throws {WireError} */
export function decodePool(bytes: Uint8Array): Uint8Array[] {
  const body = openEnvelopeOf(bytes, WIRE_CODE.pool, "pool");
  let size = 0;
  return readRlpList(body, "pool", POOL_TRANSACTIONS_MAX).map((item, i) => {
    // A copy: one transaction kept must not keep the whole answer.
    const raw = readBytes(item, `pool[${i}]`, TRANSACTION_BYTES_MAX).slice();
    size += raw.length;
    if (size > POOL_BYTES_MAX) throw malformed("pool", `at most ${POOL_BYTES_MAX} bytes of transactions`);
    assertSupportedTransaction(raw);
    return raw;
  });
}
