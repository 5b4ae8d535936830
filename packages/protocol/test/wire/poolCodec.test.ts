import assert from "node:assert/strict";
import { RLP } from "@ethereumjs/rlp";
import fc from "fast-check";
import { encodeEnvelope } from "../../src/wire/envelope.js";
import {
  POOL_BYTES_MAX,
  POOL_FRAME_BYTES_MAX,
  POOL_TRANSACTIONS_MAX,
  TRANSACTION_BYTES_MAX,
} from "../../src/wire/frameLimits.js";
import { decodePool, encodePool } from "../../src/wire/poolCodec.js";
import { WIRE_CODE } from "../../src/wire/wireCode.js";
import { assertOnlyCausewayErrors, assertThrowsCode } from "../support/assertCode.js";

/** A transaction of the right shape, of about `dataBytes` bytes. */
function transaction(dataBytes: number): Uint8Array {
  const list = RLP.encode([new Uint8Array(dataBytes).fill(7)]);
  const bytes = new Uint8Array(1 + list.length);
  bytes[0] = 2;
  bytes.set(list, 1);
  return bytes;
}

const small = transaction(100);
const answer = (transactions: Uint8Array[]) => encodeEnvelope(WIRE_CODE.pool, transactions);

describe("pool codec (N2)", () => {
  it("survives, byte for byte", () => {
    const transactions = [small, transaction(3), transaction(60_000)];
    assert.deepEqual(decodePool(encodePool(transactions)), transactions);
    assert.deepEqual(decodePool(encodePool([])), []);
  });

  it("carries as many leading transactions as the bounds let through, within the frame bound", () => {
    const many = new Array(POOL_TRANSACTIONS_MAX + 1).fill(small);
    assert.equal(decodePool(encodePool(many)).length, POOL_TRANSACTIONS_MAX);
    const large = transaction(TRANSACTION_BYTES_MAX - 10);
    const fitting = decodePool(encodePool(new Array(20).fill(large)));
    assert.equal(fitting.length, Math.floor(POOL_BYTES_MAX / large.length));
    const full = transaction(Math.floor(POOL_BYTES_MAX / POOL_TRANSACTIONS_MAX) - 7);
    const bytes = encodePool(new Array(POOL_TRANSACTIONS_MAX).fill(full));
    assert.equal(decodePool(bytes).length, POOL_TRANSACTIONS_MAX);
    assert.ok(bytes.length <= POOL_FRAME_BYTES_MAX);
  });

  it("WireMalformed: too many, too large, too much together, or no transaction", () => {
    const many = new Array(POOL_TRANSACTIONS_MAX + 1).fill(small);
    const large = transaction(TRANSACTION_BYTES_MAX - 10);
    assertThrowsCode(() => decodePool(answer(many)), "WireMalformed", "pool");
    assertThrowsCode(
      () => decodePool(answer([transaction(TRANSACTION_BYTES_MAX)])),
      "WireMalformed",
      "pool[0]",
    );
    assertThrowsCode(() => decodePool(answer(new Array(9).fill(large))), "WireMalformed", "pool");
    assertThrowsCode(() => decodePool(answer([Uint8Array.of(3, 0xc0)])), "WireMalformed", "transaction.type");
    assertThrowsCode(() => decodePool(answer([Uint8Array.of(2, 1)])), "WireMalformed", "transaction");
  });

  it("throws nothing but CausewayError on any damage", () => {
    const bytes = encodePool([small, transaction(3)]);
    fc.assert(
      fc.property(fc.nat(), fc.nat(255), (position, value) =>
        assertOnlyCausewayErrors(() => decodePool(bytes.with(position % bytes.length, value))),
      ),
    );
  });
});
