import type { ChainReader } from "@causeway/chain/chainReader";
import type { HeadAnnouncement, HeadVerdict } from "@causeway/network/networkPort";
import { type Certificate, verifyCertificate } from "@causeway/protocol/certificate";
import { checkpointsConflict } from "@causeway/protocol/checkpoint";
import type { SigningDomain } from "@causeway/protocol/eip712";
import type { Head } from "@causeway/protocol/head";
import type { Hash } from "@causeway/protocol/hex";
import type { Recover } from "@causeway/protocol/signature";
import type { ValidatorSet } from "@causeway/protocol/validatorSet";
import type { Logger } from "../ports/logger.js";
import type { ConflictWatch, Finding } from "../sync/conflictWatch.js";

export interface HeadGatePorts {
  readonly reader: Pick<ChainReader, "certificate" | "validators">;
  readonly head: () => Head;
  readonly domain: SigningDomain;
  readonly recover: Recover;
  readonly epochLength: number;
  /** Whether the chain spec names sets that begin within an epoch (V6). */
  readonly hasOverride: boolean;
  readonly conflicts: Pick<ConflictWatch, "find" | "report">;
  readonly log: Logger;
  readonly stopped: () => boolean;
  /** A head that is not forged: its peer says it has it. */
  readonly announced: (peer: string, height: number) => void;
}

/**
 * Certificates of one block that are looked at and passed on. Seals of many validators make many valid certificates, and
 * one is enough (F1); so this is also what a block's announcements may cost in signer recoveries, times its quorum.
 */
const CERTIFICATES_PER_BLOCK_MAX = 4;
/** Blocks above the head whose certificates are remembered. */
const BLOCKS_AHEAD_MAX = 64;

/** All who finalized the other block have to hear of a conflict; of one that stops nothing, nobody. */
const VERDICT_ON_RIVAL: Readonly<Record<Finding, HeadVerdict>> = {
  none: "ignore",
  unproven: "reject",
  retired: "ignore",
  conflict: "accept",
};

interface SeenBlock {
  readonly height: number;
  readonly first: Certificate;
  count: number;
}

/**
 * Lets gossiped heads on to others only with the seals of S(h) (N2). A valid head that contradicts another one is a
 * conflict, wherever it comes from (F2).
 */
export class HeadGate {
  readonly #ports: HeadGatePorts;
  readonly #seen = new Map<Hash, SeenBlock>();

  constructor(ports: HeadGatePorts) {
    this.#ports = ports;
  }

  async judge(peer: string, { header, certificate }: HeadAnnouncement): Promise<HeadVerdict> {
    const { stopped, head, log } = this.#ports;
    if (stopped()) return "ignore";
    const isNew = header.height > head().height;
    let verdict: HeadVerdict;
    try {
      verdict = await (isNew ? this.#judgeNew(certificate) : this.#judgeKnown(certificate));
    } catch (error) {
      // The chain could not be read, as when it has just been closed: nobody's fault, and no reason to end.
      log.debug({ peer, height: header.height, err: error }, "an announced head could not be judged");
      return "ignore";
    }
    if (verdict !== "reject") this.#ports.announced(peer, header.height);
    return verdict;
  }

  /** S(h) is known as far as the next set change; what lies beyond is for sync. */
  async #judgeNew(certificate: Certificate): Promise<HeadVerdict> {
    const { conflicts, head } = this.#ports;
    const { nextValidators } = head();
    if (!this.#isSealedByNext(certificate.checkpoint.height)) return "ignore";
    const rival = this.#rivalOf(certificate);
    if (rival === undefined && this.#isWellKnown(certificate)) return "ignore";
    if (!this.#holds(certificate, nextValidators)) return this.#judgeUnheld(certificate);
    if (rival !== undefined) conflicts.report(rival.first, certificate, nextValidators);
    else await conflicts.find(certificate);
    this.#count(certificate);
    return "accept";
  }

  /** No seals of S(h): worthless, unless they are those of the set that an override put aside (V6). */
  async #judgeUnheld(certificate: Certificate): Promise<HeadVerdict> {
    const { conflicts, hasOverride } = this.#ports;
    const finding = hasOverride ? await conflicts.find(certificate) : "unproven";
    return finding === "none" ? "reject" : VERDICT_ON_RIVAL[finding];
  }

  /** Old heads go no further; the newest may still be news to others. */
  async #judgeKnown(certificate: Certificate): Promise<HeadVerdict> {
    const { reader, conflicts, head } = this.#ports;
    const { height } = certificate.checkpoint;
    const own = await reader.certificate(height);
    const set = await reader.validators(height);
    if (own === null || set === null) return "ignore";
    const isRival = checkpointsConflict(own.checkpoint, certificate.checkpoint);
    if (isRival) return VERDICT_ON_RIVAL[await conflicts.find(certificate)];
    if (height < head().height || this.#isWellKnown(certificate)) return "ignore";
    if (!this.#holds(certificate, set)) return "reject";
    this.#count(certificate);
    return "accept";
  }

  #isSealedByNext(height: number): boolean {
    const { head, epochLength, hasOverride } = this.#ports;
    const next = head().height + 1;
    const epochOf = (h: number) => Math.floor((h - 1) / epochLength);
    return height === next || (!hasOverride && epochOf(height) === epochOf(next));
  }

  #rivalOf({ checkpoint }: Certificate): SeenBlock | undefined {
    return [...this.#seen.values()].find(({ first }) => checkpointsConflict(first.checkpoint, checkpoint));
  }

  #isWellKnown({ checkpoint }: Certificate): boolean {
    return (this.#seen.get(checkpoint.blockHash)?.count ?? 0) >= CERTIFICATES_PER_BLOCK_MAX;
  }

  #count(certificate: Certificate): void {
    const { height, blockHash } = certificate.checkpoint;
    const seen = this.#seen.get(blockHash) ?? { height, first: certificate, count: 0 };
    seen.count += 1;
    this.#seen.set(blockHash, seen);
    const head = this.#ports.head().height;
    for (const [hash, { height: old }] of this.#seen) {
      if (old < head || this.#seen.size > BLOCKS_AHEAD_MAX) this.#seen.delete(hash);
    }
  }

  #holds(certificate: Certificate, set: ValidatorSet): boolean {
    return verifyCertificate(certificate, set, this.#ports.domain, this.#ports.recover) === null;
  }
}
