import type { ChainReader } from "@causeway/chain/chainReader";
import { type Certificate, verifyCertificate } from "@causeway/protocol/certificate";
import { checkpointsConflict } from "@causeway/protocol/checkpoint";
import type { SigningDomain } from "@causeway/protocol/eip712";
import type { Recover } from "@causeway/protocol/signature";
import { type ValidatorSet, validatorSetHash } from "@causeway/protocol/validatorSet";
import type { SafetyStop } from "../evidence/safetyStop.js";

export interface ConflictWatchPorts {
  readonly reader: Pick<ChainReader, "certificate" | "validators" | "overriddenValidators" | "headNumber">;
  readonly domain: SigningDomain;
  readonly recover: Recover;
  readonly epochLength: number;
  readonly safetyStop: SafetyStop;
}

/** What a certificate is beside the finalized ones: proof of a conflict, one that stops nothing any more, or no proof. */
export type Finding = "none" | "unproven" | "retired" | "conflict";

/** Compares certificates that arrive with the finalized ones; a contradiction is a safety stop (F2). */
export class ConflictWatch {
  readonly #ports: ConflictWatchPorts;

  constructor(ports: ConflictWatchPorts) {
    this.#ports = ports;
  }

  /**
   * Look for a conflict with the finalized certificate of the same height, or, for the height after the head, with the
   * head's (time must grow). Where an override took effect, any certificate of the set it put aside is one (V6). A
   * certificate that does not verify is no evidence.
   */
  async find(certificate: Certificate): Promise<Finding> {
    const { reader, domain, recover, safetyStop } = this.#ports;
    const { height, blockHash, validatorSetHash: sealing } = certificate.checkpoint;
    const own = await reader.certificate(Math.min(height, reader.headNumber()));
    const inForce = await reader.validators(height);
    if (inForce === null) return "none";
    const aside = sealing === validatorSetHash(inForce) ? null : await reader.overriddenValidators(height);
    const contradicts = own !== null && checkpointsConflict(own.checkpoint, certificate.checkpoint);
    if (aside === null && !contradicts) return "none";
    const set = aside ?? inForce;
    const isRetired = await this.#retiredLongAgo(certificate);
    // Whoever has old keys can make any number of these: after the first they are not worth a signer recovery.
    if (isRetired && safetyStop.retired !== null) return "retired";
    if (verifyCertificate(certificate, set, domain, recover) !== null) return "unproven";
    const settled =
      aside !== null || own === null
        ? "V6: the chain spec overrides the validators, yet those put aside"
        : `F2: height ${own.checkpoint.height} is final as ${own.checkpoint.blockHash}, yet a quorum also`;
    const reason = `${settled} certified ${blockHash} at height ${height}`;
    const certificates = own === null ? [certificate] : [own, certificate];
    const validators = own === null ? [set] : await this.#setsOf(own, set);
    const cause = { reason, certificates, validators, own: null };
    if (isRetired) safetyStop.noteRetired(cause);
    else if (!safetyStop.isResolved(certificate)) safetyStop.trip(cause);
    return isRetired ? "retired" : "conflict";
  }

  /** Two verified certificates of one set for heights above the head that exclude each other. */
  report(first: Certificate, second: Certificate, set: ValidatorSet): void {
    const { safetyStop } = this.#ports;
    if (safetyStop.isResolved(first) && safetyStop.isResolved(second)) return;
    const reason = `F2: a quorum certified ${first.checkpoint.blockHash} at height ${first.checkpoint.height} and ${second.checkpoint.blockHash} at height ${second.checkpoint.height}`;
    safetyStop.trip({ reason, certificates: [first, second], validators: [set], own: null });
  }

  async #setsOf({ checkpoint }: Certificate, set: ValidatorSet): Promise<ValidatorSet[]> {
    const other = await this.#ports.reader.validators(checkpoint.height);
    return other === null ? [set] : [set, other];
  }

  /** Whether no height of the last epoch was sealed by the certificate's set: leaked old keys stop nothing (F2). */
  async #retiredLongAgo({ checkpoint }: Certificate): Promise<boolean> {
    const { reader, epochLength } = this.#ports;
    const next = reader.headNumber() + 1;
    if (checkpoint.height > next - epochLength) return false;
    for (const height of [next, Math.max(1, next - epochLength)]) {
      const set = await reader.validators(height);
      if (set === null || validatorSetHash(set) === checkpoint.validatorSetHash) return false;
    }
    return true;
  }
}
