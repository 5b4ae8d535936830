import assert from "node:assert/strict";
import { concat, encodeRlp, getBytes, id, Wallet } from "ethers";
import fc from "fast-check";
import { assertSupportedTransaction, assertTransactionShape } from "../src/transactionShape.js";
import { assertOnlyCausewayErrors, assertThrowsCode } from "./support/assertCode.js";

const wallet = new Wallet(id("sender"));
const key = id("storage key");
const base = { chainId: 1, nonce: 1, to: wallet.address, gasLimit: 21_000n, data: "0xabcdef" };
const fees = { maxFeePerGas: 2n, maxPriorityFeePerGas: 1n };
const accessList = Array.from({ length: 50 }, () => ({ address: wallet.address, storageKeys: [key, key] }));

describe("transaction shape", () => {
  it("lets real transactions of every supported type through", async () => {
    const transactions = [
      { ...base, type: 0, gasPrice: 1n },
      { ...base, type: 1, gasPrice: 1n, accessList },
      { ...base, type: 2, ...fees, accessList },
      { ...base, type: 2, ...fees, accessList: accessList.map((entry) => ({ ...entry, storageKeys: [] })) },
    ];
    for (const transaction of transactions) {
      assertSupportedTransaction(getBytes(await wallet.signTransaction(transaction)));
    }
    // The densest list there is: authorizations whose r and s take one byte each (EIP-7702).
    const authorization = ["0x", wallet.address, "0x", "0x", "0x01", "0x01"];
    const tuples = Array.from({ length: 300 }, () => authorization);
    const dense = [
      "0x01",
      "0x",
      "0x",
      "0x01",
      "0x5208",
      wallet.address,
      "0x",
      "0x",
      [],
      tuples,
      "0x",
      "0x01",
      "0x01",
    ];
    assertSupportedTransaction(getBytes(concat(["0x04", encodeRlp(dense)])));
  });

  it("refuses a blob transaction and unknown types, though their shape is fine", () => {
    for (const type of ["0x00", "0x03", "0x05", "0x7f", "0x80", "0xbf"]) {
      const bytes = getBytes(concat([type, encodeRlp(["0x01"])]));
      assertTransactionShape(bytes);
      assertThrowsCode(() => assertSupportedTransaction(bytes), "WireMalformed", "transaction.type");
    }
  });

  it("refuses nesting, endless items and too many fields", () => {
    // Long enough for all its items, so that only their nesting is wrong.
    const data = `0x${"11".repeat(100)}`;
    assertTransactionShape(getBytes(concat(["0x02", encodeRlp([data, [[["0x01"]]]])])));
    const deep = getBytes(concat(["0x02", encodeRlp([data, [[[["0x01"]]]]])]));
    assert.throws(() => assertTransactionShape(deep), /nested at most 3 lists deep/);
    const many = getBytes(concat(["0x02", encodeRlp([Array.from({ length: 1_000 }, () => "0x01")])]));
    assertThrowsCode(() => assertTransactionShape(many), "WireMalformed", "transaction");
    const wide = getBytes(encodeRlp(Array.from({ length: 17 }, () => "0x01")));
    assertThrowsCode(() => assertTransactionShape(wide), "WireMalformed", "transaction");
    assertThrowsCode(() => assertTransactionShape(new Uint8Array()), "WireMalformed", "transaction");
  });

  it("throws nothing but CausewayError on any bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 200 }), (bytes) => {
        assertOnlyCausewayErrors(() => assertSupportedTransaction(bytes));
        assertOnlyCausewayErrors(() => assertTransactionShape(Uint8Array.of(2, ...bytes)));
      }),
    );
  });
});
