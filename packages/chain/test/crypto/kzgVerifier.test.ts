import assert from "node:assert/strict";
import type { Hex } from "@causeway/protocol/hex";
import { fromHex, toHex } from "@causeway/protocol/hex";
import mcl from "mcl-wasm";
import { loadPrecompileBackends } from "../../src/crypto/precompileBackends.js";

/** [tau]_1 and [tau^2]_1 of the KZG ceremony: commitments to p(x) = x and p(x) = x^2. */
const TAU: Hex =
  "0xad3eb50121139aa34db1d545093ac9374ab7bca2c0f3bf28e27c8dcd8fc7cb42d25926fc0c97b336e9f0fb35e5a04c81";
const TAU_SQUARED: Hex =
  "0x8029c8ce0d2dce761a7f29c2df2290850c85bdfaec2955626d7acc8864aeb01fe16c9e156863dc63b6c22553910e27c1";
const GENERATOR: Hex =
  "0x97f1d3a73197d7942695638c4fa9ac0fc3688c4f9774b905a14e3a3f171bac586c55e83ff97a1aeffb3af00adb22c6bb";
const INFINITY: Hex = `0xc0${"00".repeat(47)}`;
const MODULUS = 52435875175126190479447740508185965837690552500527637822603658699938581184513n;
const word = (value: bigint) => `0x${value.toString(16).padStart(64, "0")}`;

describe("kzgVerifier (EIP-4844 point evaluation)", () => {
  it("accepts openings of x and x^2 and refuses any other value", async () => {
    const { kzg } = await loadPrecompileBackends();
    assert.equal(kzg.verifyProof(TAU, word(42n), word(42n), GENERATOR), true);
    assert.equal(kzg.verifyProof(TAU, word(42n), word(43n), GENERATOR), false);
    // (x^2 - z^2) / (x - z) = x + z
    const z = 1234567n;
    const [tau, generator, scalar] = [new mcl.G1(), new mcl.G1(), new mcl.Fr()];
    tau.deserialize(fromHex(TAU));
    generator.deserialize(fromHex(GENERATOR));
    scalar.setStr(z.toString());
    const quotient = toHex(mcl.add(tau, mcl.mul(generator, scalar)).serialize());
    assert.equal(kzg.verifyProof(TAU_SQUARED, word(z), word(z * z), quotient), true);
    assert.equal(kzg.verifyProof(TAU_SQUARED, word(z), word(z * z + 1n), quotient), false);
  });

  it("takes constants with the point at infinity as proof", async () => {
    const { kzg } = await loadPrecompileBackends();
    assert.equal(kzg.verifyProof(GENERATOR, word(9n), word(1n), INFINITY), true);
    assert.equal(kzg.verifyProof(INFINITY, word(9n), word(0n), INFINITY), true);
    assert.equal(kzg.verifyProof(INFINITY, word(9n), word(2n), INFINITY), false);
  });

  it("refuses scalars and points that are not canonical", async () => {
    const { kzg } = await loadPrecompileBackends();
    assert.equal(kzg.verifyProof(INFINITY, word(MODULUS), word(0n), INFINITY), false);
    const dirty = `${INFINITY.slice(0, -1)}1`;
    assert.equal(kzg.verifyProof(dirty, word(1n), word(0n), INFINITY), false);
    assert.equal(kzg.verifyProof(`0x${"ff".repeat(48)}`, word(1n), word(0n), INFINITY), false);
  });
});
