import type { ChainReader } from "@causeway/chain/chainReader";
import { type Certificate, verifyCertificate } from "@causeway/protocol/certificate";
import { checkpointsConflict } from "@causeway/protocol/checkpoint";
import type { SigningDomain } from "@causeway/protocol/eip712";
import type { Recover } from "@causeway/protocol/signature";
import { type ValidatorSet, validatorSetHash } from "@causeway/protocol/validatorSet";
import type { SafetyStop } from "../evidence/safetyStop.js";

export interface ConflictWatchPorts {
  readonly reader: Pick<ChainReader, "certificate" | "validators" | "headNumber">;
  readonly domain: SigningDomain;
  readonly recover: Recover;
  readonly epochLength: number;
  readonly safetyStop: SafetyStop;
}

/** Compares certificates that arrive with the finalized ones; a contradiction is a safety stop (F2). */
export class ConflictWatch {
  readonly #ports: ConflictWatchPorts;

  constructor(ports: ConflictWatchPorts) {
    this.#ports = ports;
  }

  /**
   * Look for a conflict with the finalized certificate of the same height, or, for the height after the head, with the
   * head's (time must grow). A certificate that does not verify is no evidence.
   * @returns whether there was one.
   */
  async check(certificate: Certificate): Promise<boolean> {
    const { reader, domain, recover, safetyStop } = this.#ports;
    const { height } = certificate.checkpoint;
    const own = await reader.certificate(Math.min(height, reader.headNumber()));
    const set = await reader.validators(height);
    if (own === null || set === null) return false;
    if (!checkpointsConflict(own.checkpoint, certificate.checkpoint)) return false;
    if (verifyCertificate(certificate, set, domain, recover) !== null) return false;
    const reason = `F2: height ${own.checkpoint.height} is final as ${own.checkpoint.blockHash}, yet a quorum also certified ${certificate.checkpoint.blockHash} at height ${height}`;
    const cause = {
      reason,
      certificates: [own, certificate],
      validators: await this.#setsOf(own, set),
      own: null,
    };
    if (safetyStop.isResolved(certificate)) return true;
    if (await this.#retiredLongAgo(certificate)) safetyStop.noteRetired(cause);
    else safetyStop.trip(cause);
    return true;
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
