import type { Header } from "@causeway/chain/types/header";
import type { Evidence } from "@causeway/consensus/evidence";
import { type Certificate, signerIndices } from "@causeway/protocol/certificate";
import { checkpointDigest } from "@causeway/protocol/checkpoint";
import type { ConsensusMessage } from "@causeway/protocol/consensusMessage";
import type { SigningDomain } from "@causeway/protocol/eip712";
import type { Address, Hash } from "@causeway/protocol/hex";
import type { Recover } from "@causeway/protocol/signature";
import { type ValidatorSet, validatorSetHash } from "@causeway/protocol/validatorSet";
import type { Penalty } from "../network/simulatedNetwork.js";
import { quorumOf } from "./quorumOf.js";
import { Violation } from "./violation.js";

/** A block as an honest node finalized it. */
export interface Finalized {
  readonly node: number;
  readonly header: Header;
  readonly transactions: readonly Hash[];
  readonly withdrawals: number;
  readonly certificate: Certificate;
}

/** A signature with the place in the protocol it was made for. */
export type Signed = Pick<ConsensusMessage, "author" | "kind" | "signature"> & {
  readonly payload: Pick<ConsensusMessage["payload"], "height" | "round">;
};

export interface CheckerWorld {
  readonly domain: SigningDomain;
  readonly recover: Recover;
  readonly blockPeriodSeconds: number;
  readonly genesis: Pick<Header, "hash" | "timestamp" | "stateRoot">;
  /** S(height), known to the world and not asked of any node. */
  readonly setAt: (height: number) => ValidatorSet;
  readonly honest: (index: number) => boolean;
  readonly isHonestKey: (key: Address) => boolean;
  /** Of transactions anybody submitted. */
  readonly wasSubmitted: (hash: Hash) => boolean;
  /** Where the fastest clock of an honest node may stand by now, in milliseconds. */
  readonly latestClockMs: () => number;
  /** Something a run may show: coverage. */
  readonly showed: (what: string) => void;
}

/** From so many points on a penalty says that its peer broke a rule; fewer say that it was of no help. */
const GUILT_POINTS = 20;

/** How far ahead of its own clock an honest validator prepares a block (H1). */
const AHEAD_MS_MAX = 2_000;

interface Known {
  readonly hash: Hash;
  readonly stateRoot: Hash;
  readonly timestamp: number;
  readonly round: number;
}

/** What must hold in every run, whatever was lost, cut, killed or forged. Shares no code with the node's own checks where it can. */
export class Checkers {
  readonly #world: CheckerWorld;
  readonly #finalized = new Map<number, Known>();
  readonly #included = new Map<Hash, number>();
  readonly #signed = new Map<string, Signed>();
  /** Height each node served last: it never has less again. */
  readonly #served = new Map<number, number>();
  readonly #invalid = new Set<Hash>();
  /** Seals that were found good, by digest and signature. */
  readonly #goodSeals = new Set<string>();

  constructor(world: CheckerWorld) {
    this.#world = world;
  }

  /** Height of the highest finalized block of any honest node. */
  highest = 0;
  /** What a scenario brings about on purpose: a safety stop (F2), or a process that ends itself (W6). */
  expects: (rule: "F2" | "W6", node: number, what: unknown) => boolean = () => false;
  /** Sees every block an honest node finalizes, and every signature of an honest key when it is sent first. */
  onFinalized: (block: Finalized) => void = () => {};
  onSigned: (message: Signed) => void = () => {};

  /** F1 agreement, C3 certificates, H1 validity, W4 durability. */
  finalized(block: Finalized): void {
    const { node, header } = block;
    const height = header.number;
    const served = this.#served.get(node) ?? 0;
    if (height !== served + 1)
      throw new Violation("W4", `node ${node} finalizes ${height} after serving ${served}`);
    this.#served.set(node, height);
    this.highest = Math.max(this.highest, height);
    this.#checkCertificate(block);
    const known = this.#finalized.get(height);
    if (known === undefined) this.#first(block);
    else if (known.hash !== header.hash) {
      throw new Violation("F1", `height ${height} is ${known.hash} and, at node ${node}, ${header.hash}`);
    } else if (known.round !== block.certificate.checkpoint.round)
      this.#world.showed("certificates that differ in the round");
    this.onFinalized(block);
  }

  /**
   * W4: a node that starts again has what it showed before.
   * @param shown hashes from height 1 of the blocks it finalized in earlier lives.
   * @param kept hashes at the same heights as it has them now.
   */
  started(node: number, height: number, shown: readonly Hash[], kept: readonly (Hash | null)[]): void {
    if (height < shown.length)
      throw new Violation("W4", `node ${node} starts at ${height}, had shown ${shown.length}`);
    const lost = shown.findIndex((hash, i) => hash !== kept[i]);
    if (lost !== -1)
      throw new Violation("W4", `node ${node} has another block at ${lost + 1} than it finalized`);
  }

  isIncluded(transaction: Hash): boolean {
    return this.#included.has(transaction);
  }

  /** W1: an honest key never signs two things at one (height, round, step). */
  sent(message: Signed): void {
    if (this.#isNew(message)) this.onSigned(message);
  }

  /** C5, C9, H1: no honest validator votes for a block that was forged. */
  voted({ kind, author, payload }: ConsensusMessage): void {
    if (kind !== "prepare" && kind !== "commit") return;
    if (!this.#invalid.has(payload.blockHash) || !this.#world.isHonestKey(author)) return;
    throw new Violation("C9", `${author} sends a ${kind} for ${payload.blockHash}, which is forged`);
  }

  /** A block that somebody forged. */
  forged(blockHash: Hash): void {
    this.#invalid.add(blockHash);
  }

  /**
   * W1, W2: what a disk still holds after a power loss, beside all that its key ever sent above its finalized height: all of it.
   * @param forgotten whole rounds of this height before this round may be missing, for the record had grown so long there.
   */
  recorded(
    key: Address,
    finalizedHeight: number,
    entries: readonly Signed[],
    forgotten: Signed["payload"] | null,
  ): void {
    const held = new Set(entries.map(positionOf));
    const rounds = new Set(entries.map(roundKey));
    for (const [position, signed] of this.#signed) {
      if (signed.author !== key || signed.payload.height <= finalizedHeight || held.has(position)) continue;
      if (!isEarlierRound(signed.payload, forgotten) || rounds.has(roundKey(signed)))
        throw new Violation("W2", `${position} was sent and is not in the record`);
    }
    // What was recorded and not sent binds the key all the same.
    for (const entry of entries) this.#isNew(entry);
  }

  /** F2: while at most f misbehave, no honest node finds two certificates that contradict each other. */
  halted(node: number, reason: string): void {
    if (this.expects("F2", node, reason)) return;
    throw new Violation("F2", `node ${node} made a safety stop: ${reason}`);
  }

  /** C15: what proves a validator faulty proves it of a faulty one. */
  evidence(node: number, { validator, kind }: Pick<Evidence, "validator" | "kind">): void {
    if (this.#world.isHonestKey(validator)) {
      throw new Violation("C15", `node ${node} holds evidence of ${kind} against honest ${validator}`);
    }
  }

  /** N2, N3: an honest node is never held guilty by another, and small points for being slow never ban it. */
  penalised({ by, whom, rule, points, banned }: Penalty): void {
    if (!this.#world.honest(by) || !this.#world.honest(whom)) return;
    if (points < GUILT_POINTS && !banned) return;
    throw new Violation("N3", `node ${by} punishes honest node ${whom} by ${rule} with ${points} points`);
  }

  /** A node ended by itself: no fault of the world is a reason for it. */
  failed(node: number, error: unknown): void {
    if (this.expects("W6", node, error)) return;
    throw new Violation("W6", `node ${node} ended: ${error instanceof Error ? error.stack : error}`);
  }

  #isNew(message: Signed): boolean {
    const { author, kind, payload, signature } = message;
    if (!this.#world.isHonestKey(author)) return false;
    const position = positionOf(message);
    const known = this.#signed.get(position);
    // A signature holds the digest of what was signed; a random nonce would not change what is compared.
    if (known !== undefined && known.signature !== signature) {
      throw new Violation("W1", `${position} signed twice, differently`);
    }
    this.#signed.set(position, { author, kind, payload, signature });
    return known === undefined;
  }

  #first({ header, transactions, withdrawals, certificate }: Finalized): void {
    const { number: height, hash, stateRoot, timestamp, parentHash, miner } = header;
    const { genesis, blockPeriodSeconds, setAt, wasSubmitted, latestClockMs } = this.#world;
    const parent = this.#finalized.get(height - 1) ?? (height === 1 ? genesis : null);
    if (parent === null) throw new Violation("F1", `height ${height} before its parent`);
    if (parentHash !== parent.hash) throw new Violation("H1.parentHash", `height ${height}`);
    if (timestamp < parent.timestamp + blockPeriodSeconds)
      throw new Violation("H1.timestamp", `height ${height}`);
    if (timestamp * 1_000 > latestClockMs() + AHEAD_MS_MAX)
      throw new Violation("C13", `height ${height} has time ${timestamp}, ahead of every honest clock`);
    if (!setAt(height).includes(miner)) throw new Violation("H1.coinbase", `${miner} is not in S(${height})`);
    if (header.extraData !== validatorSetHash(setAt(height)))
      throw new Violation("V1", `extraData of ${height}`);
    if (withdrawals > 0) throw new Violation("H1.withdrawals", `height ${height} has ${withdrawals}`);
    for (const transaction of transactions) {
      if (this.#included.has(transaction)) {
        throw new Violation(
          "H1.transactions",
          `${transaction} at ${this.#included.get(transaction)} and ${height}`,
        );
      }
      if (!wasSubmitted(transaction)) throw new Violation("H1.transactions", `nobody sent ${transaction}`);
      this.#included.set(transaction, height);
    }
    const { round } = certificate.checkpoint;
    this.#finalized.set(height, { hash, stateRoot, timestamp, round });
  }

  #checkCertificate({ node, header, certificate }: Finalized): void {
    const { setAt, domain, recover } = this.#world;
    const { checkpoint, seals } = certificate;
    const { number: height } = header;
    const set = setAt(height);
    const fault = (what: string) => new Violation("C3", `certificate of ${height} at node ${node}: ${what}`);
    if (checkpoint.blockHash !== header.hash || checkpoint.stateRoot !== header.stateRoot)
      throw fault("another block");
    if (checkpoint.height !== height) throw fault(`height ${checkpoint.height}`);
    if (checkpoint.validatorSetHash !== validatorSetHash(set)) throw fault("another set");
    if (checkpoint.nextValidatorSetHash !== validatorSetHash(setAt(height + 1)))
      throw fault("another next set");
    const signers = signerIndices(certificate.signers, set.length);
    if (new Set(signers).size !== signers.length) throw fault("a signer twice");
    if (signers.length < quorumOf(set.length)) throw fault(`${signers.length} seals of ${set.length}`);
    const digest = checkpointDigest(domain, checkpoint);
    for (const [i, signer] of signers.entries()) {
      const seal = seals[i];
      const key = `${digest}${seal}${set[signer]}`;
      if (this.#goodSeals.has(key)) continue;
      if (seal === undefined || recover(digest, seal) !== set[signer])
        throw fault(`seal ${i} is not its signer's`);
      this.#goodSeals.add(key);
    }
  }
}

function roundKey({ payload: { height, round } }: Signed): string {
  return `${height}/${round}`;
}

/** Of the same height. */
function isEarlierRound({ height, round }: Signed["payload"], than: Signed["payload"] | null): boolean {
  return than !== null && height === than.height && round < than.round;
}

export function positionOf({ author, kind, payload }: Signed): string {
  return `${author} (${payload.height}, ${payload.round}, ${kind})`;
}
