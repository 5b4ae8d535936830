import assert from "node:assert/strict";
import type { Block } from "@causeway/protocol/block";
import { type Certificate, signerIndices } from "@causeway/protocol/certificate";
import type { ConsensusMessage } from "@causeway/protocol/consensusMessage";
import type { Address } from "@causeway/protocol/hex";
import { quorum } from "@causeway/protocol/quorum";
import type { ValidatorSet } from "@causeway/protocol/validatorSet";
import { fakeSign } from "./fakeSigner.js";

/** What must hold in every run, whatever was lost, cut or killed. */
export class Checkers {
  readonly #finalized = new Map<number, string>();
  readonly #signed = new Map<string, string>();
  readonly #byzantine: readonly Address[];

  /** @param byzantine validators that may sign what they like. */
  constructor(byzantine: readonly Address[]) {
    this.#byzantine = byzantine;
  }

  /** F1: one block per height, and q distinct seals over it. */
  committed(block: Block, certificate: Certificate, set: ValidatorSet): void {
    const known = this.#finalized.get(block.height) ?? block.hash;
    assert.equal(block.hash, known, `F1: two blocks at height ${block.height}`);
    this.#finalized.set(block.height, known);
    const signers = signerIndices(certificate.signers, set.length);
    assert(signers.length >= quorum(set.length), `C3: ${signers.length} seals of ${set.length}`);
    assert.equal(certificate.checkpoint.blockHash, block.hash, "C3: certificate of another block");
    const payload = certificate.checkpoint;
    const seals = signers.map((i) => fakeSign(set[i] ?? "0x", { kind: "commit", payload }));
    assert.deepEqual(certificate.seals, seals, "C3: seals by index");
  }

  /** W1: no honest validator signs two things at one (height, round, step). */
  sent({ author, kind, payload }: ConsensusMessage): void {
    if (this.#byzantine.includes(author)) return;
    const position = `${author} (${payload.height}, ${payload.round}, ${kind})`;
    const content = JSON.stringify(payload);
    const known = this.#signed.get(position) ?? content;
    assert.equal(content, known, `double signing at ${position}`);
    this.#signed.set(position, content);
  }
}
