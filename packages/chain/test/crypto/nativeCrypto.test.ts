import assert from "node:assert/strict";
import { getBytes, randomBytes, keccak256 as reference, SigningKey } from "ethers";
import { toHex } from "../../src/codec/hex.js";
import { decodeTransaction } from "../../src/codec/transaction.js";
import { keccak256, nativeCrypto, nativeCryptoLoaded, reportCrypto } from "../../src/crypto/nativeCrypto.js";
import { addressOf, wallet } from "../support/keys.js";
import { signed } from "../support/transactions.js";

describe("native crypto", () => {
  it("is loaded here; a node without it says so", () => {
    assert.deepEqual(nativeCryptoLoaded, { secp256k1: true, keccak: true });
    const quiet = () => assert.fail("nothing to report");
    reportCrypto({ info: quiet, warn: quiet, error: quiet });
  });

  it("hashes as the reference does, at every length around the rate, into a buffer of its own", () => {
    for (const length of [0, 1, 31, 32, 135, 136, 137, 271, 272, 273, 5_000]) {
      const data = randomBytes(length);
      const hash = keccak256(data);
      assert.equal(toHex(hash), reference(data));
      assert.deepEqual([hash.byteOffset, hash.buffer.byteLength], [0, 32]);
      const view = new Uint8Array([9, ...data, 9]).subarray(1, length + 1);
      assert.equal(toHex(keccak256(view)), reference(data));
    }
  });

  it("recovers public keys with every form of v", () => {
    const key = new SigningKey(randomBytes(32));
    for (let i = 0; i < 20; i++) {
      const digest = randomBytes(32);
      const { r, s, yParity } = key.sign(digest);
      const publicKey = toHex(getBytes(key.publicKey).subarray(1));
      const recover = (v: bigint, chainId?: bigint) =>
        toHex(nativeCrypto.ecrecover(digest, v, getBytes(r), getBytes(s), chainId));
      assert.equal(recover(BigInt(yParity)), publicKey);
      assert.equal(recover(BigInt(yParity) + 27n), publicKey);
      assert.equal(recover(BigInt(yParity) + 35n + 2n * 73311n, 73311n), publicKey);
    }
    assert.throws(() => nativeCrypto.ecrecover(randomBytes(32), 27n, new Uint8Array(32), new Uint8Array(32)));
  });

  it("recovers the sender of every transaction type", async () => {
    const from = wallet(3);
    const to = wallet(4).address;
    for (const request of [
      { nonce: 0, to, gasPrice: 5n },
      {
        type: 1,
        nonce: 200,
        to,
        maxFeePerGas: null,
        maxPriorityFeePerGas: null,
        gasPrice: 9n,
        accessList: [],
      },
      { nonce: 70_000, to: null, data: "0x6000" },
    ]) {
      const transaction = decodeTransaction(await signed(from, request));
      assert.equal(transaction.from, addressOf(from));
      assert.equal(transaction.nonce, BigInt(request.nonce));
    }
  });
});
