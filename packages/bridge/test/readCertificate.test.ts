import assert from "node:assert/strict";
import type { BridgeError } from "../src/bridgeError.js";
import { readCertificate } from "../src/sidechain/readCertificate.js";

const HASH = `0x${"11".repeat(32)}`;
const CHECKPOINT = {
  height: "0x5",
  round: "0x1",
  timestamp: "0x65000000",
  blockHash: HASH,
  stateRoot: HASH,
  outboxRoot: HASH,
  outboxCount: "0x0",
  inboxAcc: HASH,
  inboxCount: "0x2",
  validatorSetHash: HASH,
  nextValidatorSetHash: HASH,
};
const CERTIFICATE = {
  checkpoint: CHECKPOINT,
  signers: "0x7",
  seals: Array.from({ length: 3 }, () => `0x${"22".repeat(65)}`),
  validators: Array.from({ length: 4 }, () => `0x${"Ab".repeat(20)}`),
};

describe("readCertificate (X3)", () => {
  const serve = (answer: unknown) => ({ send: async () => answer });

  it("decodes the wire form", async () => {
    const sealed = await readCertificate(serve(CERTIFICATE), 5);
    assert.equal(sealed?.certificate.checkpoint.height, 5);
    assert.equal(sealed?.certificate.signers, 7n);
    assert.equal(sealed?.validators[0], `0x${"ab".repeat(20)}`);
  });

  it("is null for the genesis block", async () => {
    assert.equal(await readCertificate(serve(null), 0), null);
  });

  const malformed: Record<string, unknown> = {
    "a list": [],
    "a number": 3,
    "no checkpoint": { ...CERTIFICATE, checkpoint: undefined },
    "a decimal height": { ...CERTIFICATE, checkpoint: { ...CHECKPOINT, height: "5" } },
    "an unsafe height": { ...CERTIFICATE, checkpoint: { ...CHECKPOINT, height: "0xffffffffffffffff" } },
    "a round over 32 bits": { ...CERTIFICATE, checkpoint: { ...CHECKPOINT, round: "0x100000000" } },
    "a short hash": { ...CERTIFICATE, checkpoint: { ...CHECKPOINT, stateRoot: "0x11" } },
    "a bitmap that is no hex": { ...CERTIFICATE, signers: "seven" },
    "a short seal": { ...CERTIFICATE, seals: ["0x2222"] },
    "too many validators": {
      ...CERTIFICATE,
      validators: Array.from({ length: 65 }, () => `0x${"ab".repeat(20)}`),
    },
  };
  for (const [name, answer] of Object.entries(malformed)) {
    it(`RpcMalformed for ${name}`, async () => {
      const reading = readCertificate(serve(answer), 5);
      await assert.rejects(reading, (error: BridgeError) => error.code === "RpcMalformed");
    });
  }
});
