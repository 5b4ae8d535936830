import assert from "node:assert/strict";
import fc from "fast-check";
import {
  assembleCertificate,
  type Certificate,
  signerIndices,
  verifyCertificate,
} from "../src/certificate.js";
import type { Checkpoint } from "../src/checkpoint.js";
import { recoverWithEthers } from "../src/signature.js";
import { validatorSetHash } from "../src/validatorSet.js";
import { checkpoints } from "./support/arbitraries.js";
import { author, domain, makeValidators, type Validator } from "./support/validators.js";

const validators = makeValidators(7);
const set = validators.map(({ address }) => address);

function sealBy(signers: readonly Validator[], checkpoint: Checkpoint): Certificate {
  const seals = signers.map((v) => author(v, { kind: "commit", payload: checkpoint }));
  return assembleCertificate(checkpoint, new Map(seals.map((s) => [s.author, s.signature])), set);
}

const [sample] = fc.sample(checkpoints, { numRuns: 1, seed: 7 }) as [Checkpoint];
const checkpoint = { ...sample, validatorSetHash: validatorSetHash(set) };
const verify = (certificate: Certificate, by = set) =>
  verifyCertificate(certificate, by, domain, recoverWithEthers);

describe("certificate", () => {
  it("X2: seals lie in the order of the set, whatever order they came in", () => {
    const signers = [6, 1, 4, 0, 2].map((i) => validators[i] as Validator);
    const certificate = sealBy(signers, checkpoint);
    assert.equal(certificate.signers, 0b1010111n);
    assert.deepEqual(signerIndices(certificate.signers, 7), [0, 1, 2, 4, 6]);
    assert.equal(verify(certificate), null);
  });

  it("X2: a seal of nobody in the set is left out", () => {
    const [stranger] = makeValidators(8).filter(({ address }) => !set.includes(address)) as [Validator];
    const certificate = sealBy([stranger, ...validators.slice(0, 5)], checkpoint);
    assert.equal(certificate.seals.length, 5);
    assert.equal(verify(certificate), null);
  });

  it("WrongSet: a set other than the checkpoint names", () => {
    const certificate = sealBy(validators, checkpoint);
    assert.deepEqual(verify(certificate, set.slice(1)), { code: "WrongSet" });
  });

  it("BelowQuorum: q - 1 signers", () => {
    assert.deepEqual(verify(sealBy(validators.slice(0, 4), checkpoint)), {
      code: "BelowQuorum",
      have: 4,
      need: 5,
    });
  });

  it("BadBitmap: a negative bitmap", () => {
    assert.deepEqual(verify({ ...sealBy(validators, checkpoint), signers: -1n }), { code: "BadBitmap" });
  });

  it("SealMismatch: pieces that are no seals though their bytes add up", () => {
    const certificate = sealBy(validators.slice(0, 5), checkpoint);
    const [first, second, ...rest] = certificate.seals as [`0x${string}`, `0x${string}`, ...`0x${string}`[]];
    const shifted = ["0x", `${first}${second.slice(2)}`, ...rest] as `0x${string}`[];
    assert.deepEqual(verify({ ...certificate, seals: shifted }), { code: "SealMismatch", index: 0 });
  });

  it("an empty set certifies nothing", () => {
    const empty = {
      checkpoint: { ...checkpoint, validatorSetHash: validatorSetHash([]) },
      signers: 0n,
      seals: [],
    };
    assert.deepEqual(verify(empty, []), { code: "BelowQuorum", have: 0, need: 0 });
  });
});
