import { type Certificate, verifyCertificate } from "@causeway/protocol/certificate";
import type { SigningDomain } from "@causeway/protocol/eip712";
import type { CausewayConfig } from "@causeway/protocol/genesis";
import { recoverWithEthers } from "@causeway/protocol/signature";
import { overrideAt, overrides } from "@causeway/protocol/validatorOverride";
import { isWellFormedSet, type ValidatorSet, validatorSetHash } from "@causeway/protocol/validatorSet";
import { snapshotError } from "./snapshotError.js";

/** A validator set with the first height it seals. */
export interface SetSpan {
  readonly from: number;
  readonly validators: ValidatorSet;
}

export interface SetChainRules {
  readonly domain: SigningDomain;
  readonly spec: CausewayConfig;
}

/** The validator sets of a chain from S(1) on, each handed over by a quorum of the one before, or by an override (V1, V5, V6). */
export class SetChain {
  readonly #rules: SetChainRules;
  readonly #spans: SetSpan[];
  /** Height of the last certificate taken. */
  #last = 0;

  /** @param first S(1), from the genesis file or its override. */
  constructor(rules: SetChainRules, first: ValidatorSet) {
    this.#rules = rules;
    this.#spans = [{ from: 1, validators: first }];
  }

  /** Ascending by height. */
  get spans(): readonly SetSpan[] {
    return this.#spans;
  }

  /** S(height). */
  at(height: number): ValidatorSet {
    const span = this.#spans.findLast(({ from }) => from <= Math.max(height, 1));
    return (span as SetSpan).validators;
  }

  /**
   * Take the next change.
   * @throws {SnapshotError} "SnapshotSetChange".
   */
  add(certificate: Certificate, next: ValidatorSet): void {
    const { checkpoint } = certificate;
    const { height } = checkpoint;
    const { domain, spec } = this.#rules;
    if (height <= this.#last) throw refused(height, `comes after that of height ${this.#last}`);
    this.requireOverrides(height);
    const fault = verifyCertificate(certificate, this.at(height), domain, recoverWithEthers);
    if (fault !== null) throw refused(height, `its certificate does not hold: ${fault.code}`);
    const override = overrideAt(spec, height + 1);
    if (override !== null) {
      if (override.parentHash !== checkpoint.blockHash)
        throw refused(height, `block ${checkpoint.blockHash} is not the one the override goes on from (V6)`);
      if (validatorSetHash(override.validators) !== validatorSetHash(next))
        throw refused(height, "the override names another set (V6)");
    } else {
      if (height % spec.epochLength !== 0) throw refused(height, "no epoch ends there (V1)");
      if (validatorSetHash(next) !== checkpoint.nextValidatorSetHash)
        throw refused(height, `the set is not the ${checkpoint.nextValidatorSetHash} that was certified`);
      if (!isWellFormedSet(next, spec.minValidators))
        throw refused(height, "the set is not well formed (V2)");
    }
    this.#last = height;
    this.#spans.push({ from: height + 1, validators: next });
  }

  /**
   * Every override that the chain spec has up to a height is there.
   * @throws {SnapshotError} "SnapshotSetChange".
   */
  requireOverrides(height: number): void {
    const missing = overrides(this.#rules.spec).find(
      (override) => override.height <= height && !this.#spans.some(({ from }) => from === override.height),
    );
    if (missing !== undefined) throw refused(missing.height - 1, "the override after it is missing (V6)");
  }

  /**
   * The head hands over to the set that is said to follow.
   * @throws {SnapshotError} "SnapshotSetChange".
   */
  requireNext({ checkpoint: { height, nextValidatorSetHash } }: Certificate): void {
    if (overrideAt(this.#rules.spec, height + 1) !== null) return;
    if (validatorSetHash(this.at(height + 1)) !== nextValidatorSetHash)
      throw refused(height, `the head hands over to the set ${nextValidatorSetHash}, which is missing`);
  }
}

function refused(height: number, problem: string) {
  return snapshotError("SnapshotSetChange", `change of validators after block ${height}: ${problem}`);
}
