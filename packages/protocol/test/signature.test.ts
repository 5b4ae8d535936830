import assert from "node:assert/strict";
import { id } from "ethers";
import type { Hash, Signature } from "../src/hex.js";
import { isCanonicalSignature, isHighS, recoverWithEthers } from "../src/signature.js";
import { makeValidators, type Validator } from "./support/validators.js";

const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
const [validator] = makeValidators(1) as [Validator];
const digest = id("payload") as Hash;
const signature = validator.sign(digest);

/** The same signature with the other s: valid ECDSA, refused here. */
function upperTwin(low: Signature): Signature {
  const s = ORDER - BigInt(`0x${low.slice(66, 130)}`);
  const v = low.endsWith("1b") ? "1c" : "1b";
  return `${low.slice(0, 66)}${s.toString(16).padStart(64, "0")}${v}` as Signature;
}

describe("signature", () => {
  it("recovers the signer", () => {
    assert.equal(isCanonicalSignature(signature), true);
    assert.equal(recoverWithEthers(digest, signature), validator.address);
    assert.notEqual(recoverWithEthers(id("other") as Hash, signature), validator.address);
  });

  it("C2: the upper twin is not canonical and recovers to nobody", () => {
    const twin = upperTwin(signature);
    assert.equal(isHighS(twin), true);
    assert.equal(isCanonicalSignature(twin), false);
    assert.equal(recoverWithEthers(digest, twin), null);
  });

  it("C2: s just at half the order is low, one more is high", () => {
    const withS = (s: bigint) => `0x${"11".repeat(32)}${s.toString(16).padStart(64, "0")}1b` as Signature;
    assert.equal(isHighS(withS(ORDER / 2n)), false);
    assert.equal(isHighS(withS(ORDER / 2n + 1n)), true);
  });

  it("X1: v other than 27 or 28, other lengths and upper case are not canonical", () => {
    const body = signature.slice(0, 130);
    for (const bad of [
      `${body}00`,
      `${body}01`,
      `${body}1a`,
      `${body}1d`,
      `${signature}00`,
      signature.slice(0, -2),
      "0x",
      7,
    ]) {
      assert.equal(isCanonicalSignature(bad), false);
    }
    assert.equal(isCanonicalSignature(`0x${signature.slice(2).toUpperCase()}`), false);
  });

  it("r or s of zero or beyond the order recovers to nobody", () => {
    for (const r of ["00".repeat(32), "ff".repeat(32)]) {
      assert.equal(recoverWithEthers(digest, `0x${r}${"11".repeat(32)}1b`), null);
    }
    assert.equal(recoverWithEthers(digest, `0x${"11".repeat(32)}${"00".repeat(32)}1b`), null);
  });
});
