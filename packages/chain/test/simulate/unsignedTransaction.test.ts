import assert from "node:assert/strict";
import type { Address, Hash, Hex } from "@causeway/protocol/hex";
import { decodeRlp, encodeRlp, keccak256, Transaction, type TransactionLike, Wallet } from "ethers";
import { toHex } from "../../src/codec/hex.js";
import { unsignedTransaction } from "../../src/simulate/unsignedTransaction.js";
import type { CallRequest } from "../../src/types/call.js";

const CHAIN_ID = 73_311n;
const FROM: Address = `0x${"c0".repeat(20)}`;
const TO: Address = `0x${"c1".repeat(20)}`;
const SLOT: Hash = `0x${"05".repeat(32)}`;
const BLOB: Hash = `0x01${"ab".repeat(31)}`;
const call = { from: FROM, nonce: 7n, gas: 50_000n, to: TO, value: 9n, data: "0x1234" as Hex };
const fees = { maxFeePerGas: 30n, maxPriorityFeePerGas: 2n };
const accessList = [{ address: TO, storageKeys: [SLOT] }];
const common: TransactionLike = {
  ...{ chainId: CHAIN_ID, nonce: 7, gasLimit: 50_000n, to: TO, value: 9n, data: "0x1234" },
};

describe("unsignedTransaction", () => {
  const cases: readonly (readonly [string, Partial<CallRequest>, TransactionLike])[] = [
    ["legacy with a gas price", { gasPrice: 20n }, { type: 0, chainId: 0, gasPrice: 20n }],
    ["dynamic fees with an access list", { ...fees, accessList }, { type: 2, ...fees, accessList }],
    ["dynamic fees of nothing", {}, { type: 2, maxFeePerGas: 0n, maxPriorityFeePerGas: 0n }],
    [
      "blobs",
      { ...fees, maxFeePerBlobGas: 3n, blobVersionedHashes: [BLOB] },
      { type: 3, ...fees, maxFeePerBlobGas: 3n, blobVersionedHashes: [BLOB] },
    ],
  ];
  for (const [what, fields, like] of cases) {
    it(`encodes ${what} as others do, with an empty signature`, () => {
      const made = unsignedTransaction({ ...call, ...fields }, CHAIN_ID);
      assert.equal(toHex(made.raw), withEmptySignature(Transaction.from({ ...common, ...like })));
      assert.deepEqual([made.type, made.hash], [like.type, keccak256(made.raw)]);
    });
  }

  it("encodes authorizations as others do (EIP-7702)", async () => {
    const signed = await new Wallet(`0x${"11".repeat(32)}`).authorize({
      address: TO,
      nonce: 3n,
      chainId: CHAIN_ID,
    });
    const { r, s, yParity } = signed.signature;
    const authorization = {
      ...{ chainId: CHAIN_ID, address: TO, nonce: 3n, yParity: BigInt(yParity) },
      ...{ r: BigInt(r), s: BigInt(s) },
    };
    const made = unsignedTransaction({ ...call, ...fees, authorizationList: [authorization] }, CHAIN_ID);
    const like = { ...common, ...fees, type: 4, authorizationList: [signed] };
    assert.equal(toHex(made.raw), withEmptySignature(Transaction.from(like)));
    assert.equal(made.type, 4);
  });
});

/** What is signed, and three empty fields in the place of the signature. */
function withEmptySignature(transaction: Transaction): string {
  const { unsignedSerialized, type } = transaction;
  const prefix = type === 0 ? "" : unsignedSerialized.slice(2, 4);
  const items = decodeRlp(type === 0 ? unsignedSerialized : `0x${unsignedSerialized.slice(4)}`);
  assert.ok(Array.isArray(items));
  return `0x${prefix}${encodeRlp([...items, "0x", "0x", "0x"]).slice(2)}`;
}
