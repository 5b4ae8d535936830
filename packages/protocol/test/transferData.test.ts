import assert from "node:assert/strict";
import fc from "fast-check";
import { decodeDeposit, decodeWithdrawal, encodeDeposit, encodeWithdrawal } from "../src/transferData.js";
import { addresses, records } from "./support/arbitraries.js";

const uint256 = fc.bigInt({ min: 0n, max: 2n ** 256n - 1n });
const transfers = records({
  originChainId: uint256,
  originToken: addresses,
  from: addresses,
  to: addresses,
  amount: uint256,
});
const metadata = records({
  name: fc.string({ unit: "grapheme" }),
  symbol: fc.string({ unit: "grapheme" }),
  decimals: fc.nat(255),
});

describe("transfer data (X5)", () => {
  it("a deposit survives its encoding", () => {
    fc.assert(
      fc.property(transfers, metadata, (transfer, shown) => {
        const deposit = { ...transfer, ...shown };
        assert.deepEqual(decodeDeposit(encodeDeposit(deposit)), deposit);
      }),
    );
  });

  it("a withdrawal survives its encoding", () => {
    fc.assert(
      fc.property(transfers, (transfer) => {
        assert.deepEqual(decodeWithdrawal(encodeWithdrawal(transfer)), transfer);
      }),
    );
  });

  it("refuses data that is too short", () => {
    assert.throws(() => decodeDeposit("0x"));
    assert.throws(() => decodeWithdrawal(`0x${"00".repeat(64)}`));
  });
});
