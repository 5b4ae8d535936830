import type { Hex } from "@causeway/protocol/hex";
import type { KZG } from "@ethereumjs/util";
import type mclModule from "mcl-wasm";
import { fromHex } from "../codec/hex.js";

type Mcl = typeof mclModule;

/** BLS12-381's scalar field: coordinates at or above it are not canonical (EIP-4844). */
const SCALAR_MODULUS = 52435875175126190479447740508185965837690552500527637822603658699938581184513n;
/** [1]_1, [1]_2 and [tau]_2 of the KZG ceremony (KZG_SETUP_G2[1] of EIP-4844), compressed. */
const G1_GENERATOR: Hex =
  "0x97f1d3a73197d7942695638c4fa9ac0fc3688c4f9774b905a14e3a3f171bac586c55e83ff97a1aeffb3af00adb22c6bb";
const G2_GENERATOR: Hex =
  "0x93e02b6052719f607dacd3a088274f65596bd0d09920b61ab5da61bbdc7f5049334cf11213945d57e5ac7d055d042b7e024aa2b2f08f0a91260805272dc51051c6e47ad4fa403b02b4510b647ae3d1770bac0326a805bbefd48056c8c121bdb8";
const G2_TAU: Hex =
  "0xb5bfd7dd8cdeb128843bc287230af38926187075cbfbefa81009a2ce615ac53d2914e5870cb452d2afaaab24f3499f72185cbfee53492714734429b7b38608e23926c911cceceac9a36851477ba4c60b087041de621000edc98edada20c1def2";
const INFINITY: Hex = `0xc0${"00".repeat(47)}`;

/**
 * The one KZG operation a chain without blob transactions needs, precompile 0x0a (H5), by mcl's pairing:
 * e(C - [y]_1 + [z]proof, [1]_2) = e(proof, [tau]_2). `kzg-wasm` takes 16 s per process to load a trusted setup of
 * which this uses one point.
 */
export function kzgVerifier(mcl: Mcl): KZG {
  const point = (hex: Hex) => {
    const g1 = new mcl.G1();
    if (hex === INFINITY) return g1;
    if ((Number.parseInt(hex.slice(2, 4), 16) & 0xc0) !== 0x80) throw new Error("not a compressed point");
    mcl.verifyOrderG1(true);
    g1.deserialize(fromHex(hex));
    return g1;
  };
  const scalar = (hex: string) => {
    const value = BigInt(hex);
    if (value >= SCALAR_MODULUS) throw new Error("scalar is not canonical");
    const fr = new mcl.Fr();
    fr.setStr(value.toString(10));
    return fr;
  };
  const g2 = (hex: Hex) => {
    const element = new mcl.G2();
    element.deserialize(fromHex(hex));
    return element;
  };
  mcl.setETHserialization(true);
  const generator = point(G1_GENERATOR);
  const minusOne = mcl.neg(g2(G2_GENERATOR));
  const tau = g2(G2_TAU);

  const verifyProof = (commitment: string, z: string, y: string, proof: string): boolean => {
    try {
      const pi = point(proof as Hex);
      const shifted = mcl.sub(point(commitment as Hex), mcl.mul(generator, scalar(y)));
      const left = mcl.add(shifted, mcl.mul(pi, scalar(z)));
      return mcl.finalExp(mcl.mul(mcl.millerLoop(left, minusOne), mcl.millerLoop(pi, tau))).isOne();
    } catch {
      return false;
    }
  };
  return {
    verifyProof,
    blobToKzgCommitment: noBlobs,
    computeBlobProof: noBlobs,
    verifyBlobProofBatch: noBlobs,
    computeCells: noBlobs,
    computeCellsAndProofs: noBlobs,
    recoverCellsAndProofs: noBlobs,
    verifyCellKzgProofBatch: noBlobs,
  };
}

function noBlobs(): never {
  throw new Error("blob transactions do not exist on this chain (H1)");
}
