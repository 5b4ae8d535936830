import assert from "node:assert/strict";
import type { Hash } from "@causeway/protocol/hex";
import { isCanonicalSignature, recoverWithEthers } from "@causeway/protocol/signature";
import { keccak256, toUtf8Bytes } from "ethers";
import { KeyRing } from "../../src/signer/keyRing.js";
import { recover } from "../../src/signer/recover.js";
import { withCode } from "../fakes/errorCode.js";
import { testKey } from "../support/testKeys.js";

const digest = (text: string) => keccak256(toUtf8Bytes(text)) as Hash;

describe("KeyRing", () => {
  it("signs canonically: 65 bytes, low s, v 27 or 28, and recovers to its own address (C2, X1)", () => {
    const ring = new KeyRing([testKey(1)]);
    const [address = "0x"] = ring.addresses;
    for (let i = 0; i < 32; i++) {
      const signature = ring.sign(address, digest(`${i}`));
      assert(isCanonicalSignature(signature));
      assert.equal(recover(digest(`${i}`), signature), address);
      assert.equal(recoverWithEthers(digest(`${i}`), signature), address);
    }
  });

  it("signs with the key asked for (V4)", () => {
    const ring = new KeyRing([testKey(1), testKey(2)]);
    for (const address of ring.addresses) {
      assert.equal(recover(digest("x"), ring.sign(address, digest("x"))), address);
    }
  });

  it("UnknownKey: a key it does not hold", () => {
    const ring = new KeyRing([]);
    assert.throws(() => ring.sign(`0x${"11".repeat(20)}`, digest("x")), withCode("UnknownKey"));
  });

  it("InvalidKey: zero is no private key, nor what has not 32 bytes", () => {
    for (const key of [new Uint8Array(32), testKey(1).slice(1), Buffer.concat([testKey(1), testKey(2)])]) {
      assert.throws(() => new KeyRing([key]), withCode("InvalidKey"));
    }
  });
});

describe("recover", () => {
  it("is null for a high s, another v and garbage", () => {
    const ring = new KeyRing([testKey(1)]);
    const signature = ring.sign(ring.addresses[0] ?? "0x", digest("x"));
    const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
    const highS = (order - BigInt(`0x${signature.slice(66, 130)}`)).toString(16).padStart(64, "0");
    const flippedV = signature.endsWith("1b") ? "1c" : "1b";
    assert.equal(recover(digest("x"), `0x${signature.slice(2, 66)}${highS}${flippedV}`), null);
    assert.equal(recover(digest("x"), `0x${signature.slice(2, 130)}00`), null);
    assert.equal(recover(digest("x"), `0x${"00".repeat(64)}1b`), null);
    assert.equal(recover(digest("x"), "0x1234"), null);
  });
});
