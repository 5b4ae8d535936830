import type { CertifiedBlock, NetworkPort, Peer } from "@causeway/network/networkPort";
import type { Head } from "@causeway/protocol/head";
import type { Clock } from "../ports/clock.js";
import type { Logger } from "../ports/logger.js";
import type { Random } from "../ports/random.js";
import type { Timers } from "../ports/timers.js";
import type { BlockImporter } from "./blockImporter.js";
import type { ConflictWatch } from "./conflictWatch.js";
import { PeerStandings } from "./peerStandings.js";

export interface SynchroniserPorts {
  readonly network: Pick<NetworkPort, "peers" | "requestBlocks" | "penalise">;
  readonly importer: Pick<BlockImporter, "import">;
  readonly conflicts: Pick<ConflictWatch, "find">;
  readonly head: () => Head;
  readonly blockPeriodSeconds: number;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: Random;
  readonly log: Logger;
  /** A peer's answer was refused, by rule. */
  readonly onRefused: (rule: string) => void;
  /** The chain cannot be written: the node must stop. */
  readonly onFailure: (error: unknown) => void;
}

/** Blocks asked for at once; a peer may answer with fewer. */
const RANGE_BLOCKS_MAX = 64;
/** A head one ahead is usually this node's own next commit: consensus gets this long first. */
const NEXT_HEIGHT_GRACE_MS = 500;
/** Rule of a certificate that contradicts a finalized one, without the seals to prove it: no honest node has such a thing. */
const FORGED_CONFLICT = "F2.seals";
/** Points of a refused block: two of them end the connection. */
const REFUSED_POINTS = 50;
/** Points of an answer without the block its peer claims to have: it may honestly not have it yet, so they never add up to a ban. */
const EMPTY_POINTS = 5;
/** An answer of fewer blocks than asked that took longer than this is slow; its peer may have a slow line. */
const SLOW_ANSWER_MS = 1_000;
const SLOW_POINTS = 1;
/** Claims of heights by peers are looked at again this often, in case a hint was missed. */
const LOOK_AGAIN_MS = 5_000;
/** How far this node's clock may be behind when it judges whether a claimed height can exist at all. */
const CLOCK_ERROR_SECONDS_MAX = 60;

/** Catches up by range from peers that are ahead (N3). It never holds consensus back, nor waits for a number of peers (N5). */
export class Synchroniser {
  readonly #ports: SynchroniserPorts;
  readonly #abort = new AbortController();
  readonly #standings: PeerStandings;
  /** Heights peers are said to have, beyond what the network knows. */
  readonly #claims = new Map<string, number>();
  readonly #importing = new Set<string>();
  #running: Promise<void> | null = null;
  /** Monotonic time until which this node rests, having failed by its own fault (H5). */
  #restsUntilMs = 0;
  #cancelLook: (() => void) | null = null;
  #cancelGrace: (() => void) | null = null;

  constructor(ports: SynchroniserPorts) {
    this.#ports = ports;
    this.#standings = new PeerStandings(ports.clock);
  }

  start(): void {
    this.#lookAgainLater();
  }

  /** Ends when the running request and import have ended. */
  async stop(): Promise<void> {
    this.#abort.abort();
    this.#cancelLook?.();
    this.#cancelGrace?.();
    await this.#running;
  }

  /** Highest height any connected peer is said to have; what cannot exist by now, blocks being a period apart (H1), is not believed. */
  get highestClaim(): number {
    const { network, head, clock, blockPeriodSeconds } = this.#ports;
    const { height, timestamp } = head();
    const sinceHeadSeconds = clock.wallMs() / 1_000 + CLOCK_ERROR_SECONDS_MAX - timestamp;
    const possible = height + Math.max(0, Math.floor(sinceHeadSeconds / blockPeriodSeconds));
    const claimed = network.peers().reduce((highest, peer) => Math.max(highest, this.#claimOf(peer)), 0);
    return Math.min(claimed, possible);
  }

  /** A peer says that it has finalized this height: wait a little when consensus is about to decide it here as well. */
  announced(peer: string, height: number) {
    const head = this.#ports.head().height;
    if (height <= head) return;
    this.#claim(peer, height);
    if (height > head + 1) return this.#start();
    this.#cancelGrace ??= this.#ports.timers.after(NEXT_HEIGHT_GRACE_MS, () => {
      this.#cancelGrace = null;
      this.#start();
    });
  }

  peerGone(peer: string): void {
    this.#claims.delete(peer);
  }

  /** A decided block arrived unasked (C11): same checks, same path. One at a time per peer. */
  async decided(peer: string, block: CertifiedBlock): Promise<void> {
    if (this.#importing.has(peer) || this.#abort.signal.aborted || this.#rests) return;
    this.#importing.add(peer);
    try {
      await this.#take(peer, block);
    } catch (error) {
      if (!this.#abort.signal.aborted) this.#ports.onFailure(error);
    } finally {
      this.#importing.delete(peer);
    }
  }

  get #rests(): boolean {
    return this.#ports.clock.monotonicMs() < this.#restsUntilMs;
  }

  #start(): void {
    if (this.#running !== null || this.#abort.signal.aborted) return;
    this.#running = this.#run().finally(() => {
      this.#running = null;
    });
  }

  async #run(): Promise<void> {
    for (let peer = this.#choose(); peer !== null; peer = this.#choose()) {
      try {
        await this.#pull(peer);
      } catch (error) {
        if (this.#abort.signal.aborted) return;
        this.#ports.onFailure(error);
        return;
      }
    }
  }

  /** A random one of those with the fewest strikes among the peers that are ahead and not resting. */
  #choose(): Peer | null {
    if (this.#abort.signal.aborted || this.#rests) return null;
    const { network, head, random } = this.#ports;
    const height = head().height;
    const able = network
      .peers()
      .filter((peer) => this.#claimOf(peer) > height && !this.#standings.isResting(peer.id));
    const fewest = Math.min(...able.map(({ id }) => this.#standings.strikes(id)));
    const best = able.filter(({ id }) => this.#standings.strikes(id) === fewest);
    return best[Math.floor(random() * best.length)] ?? null;
  }

  async #pull(peer: Peer): Promise<void> {
    const { network, head, clock, log } = this.#ports;
    const from = head().height + 1;
    const askedAtMs = clock.monotonicMs();
    let blocks: readonly CertifiedBlock[];
    try {
      blocks = await network.requestBlocks(peer.id, from, RANGE_BLOCKS_MAX, this.#abort.signal);
    } catch (error) {
      // The network has judged what was wrong: a malformed answer, other heights, too many bytes, none in time.
      log.debug({ peer: peer.id, from, err: error }, "sync request failed");
      this.#standings.failed(peer.id);
      return;
    }
    const tookMs = clock.monotonicMs() - askedAtMs;
    for (const block of blocks.slice(0, RANGE_BLOCKS_MAX)) {
      if (!(await this.#take(peer.id, block))) break;
    }
    this.#judgeAnswer(peer, from, blocks.length, tookMs);
  }

  /** What an answer says of its peer, when no block of it was refused. */
  #judgeAnswer(peer: Peer, from: number, blocks: number, tookMs: number): void {
    const { network, head, onRefused } = this.#ports;
    if (this.#rests) return;
    const height = head().height;
    if (height < from) {
      this.#standings.failed(peer.id);
      // A refused block has been judged already.
      if (blocks > 0) return;
      onRefused("N3.emptyAnswer");
      network.penalise(peer.id, "N3.emptyAnswer", EMPTY_POINTS);
    } else if (tookMs > SLOW_ANSWER_MS && blocks < RANGE_BLOCKS_MAX && height < this.#claimOf(peer)) {
      this.#standings.slow(peer.id);
      network.penalise(peer.id, "N3.slowAnswer", SLOW_POINTS);
    } else this.#standings.served(peer.id);
  }

  /** @returns whether the block is now part of the chain. */
  async #take(peer: string, decided: CertifiedBlock): Promise<boolean> {
    const { importer, conflicts, head, log } = this.#ports;
    const { height, hash } = decided.block;
    if (height > head().height + 1) {
      this.announced(peer, height);
      return false;
    }
    const finding = await conflicts.find(decided.certificate);
    if (finding === "unproven") this.#refuse(peer, FORGED_CONFLICT, height, hash);
    if (finding !== "none") return false;
    const result = await importer.import(decided, this.#abort.signal);
    switch (result.status) {
      case "imported":
        log.debug({ peer, height }, "synced a block");
        return true;
      case "known":
        return true;
      case "stopped":
        return false;
      case "failed":
        this.#restsUntilMs = this.#ports.clock.monotonicMs() + LOOK_AGAIN_MS;
        log.error(
          { height, hash, rule: "H5", err: result.error },
          `certified block ${height} could not be executed: a fault of this node, not of the block or of who sent it; tried again within ${(2 * LOOK_AGAIN_MS) / 1_000} s`,
        );
        return false;
      case "refused":
        this.#refuse(peer, result.rule, height, hash);
        // A certified child of another parent: the peer may hold another block at the head's height (F2).
        if (result.rule === "N3.parent" && height > 1) await this.#showFork(peer, height - 1);
        return false;
    }
  }

  #refuse(peer: string, rule: string, height: number, hash: string): void {
    const { network, log, onRefused } = this.#ports;
    log.warn({ peer, rule, height, hash }, `refused a synced block by rule ${rule}`);
    onRefused(rule);
    this.#standings.lied(peer);
    network.penalise(peer, rule, REFUSED_POINTS);
  }

  /** Ask the peer for its block at a finalized height, and look whether it proves a conflict. */
  async #showFork(peer: string, height: number): Promise<void> {
    const { network, conflicts, log } = this.#ports;
    try {
      const [other] = await network.requestBlocks(peer, height, 1, this.#abort.signal);
      if (other !== undefined) await conflicts.find(other.certificate);
    } catch (error) {
      log.debug({ peer, height, err: error }, "the peer did not provide its conflicting block");
    }
  }

  #claim(peer: string, height: number): void {
    if (!this.#ports.network.peers().some(({ id }) => id === peer)) return;
    this.#claims.set(peer, Math.max(height, this.#claims.get(peer) ?? 0));
  }

  #claimOf(peer: Peer): number {
    return Math.max(peer.height, this.#claims.get(peer.id) ?? 0);
  }

  #lookAgainLater(): void {
    this.#cancelLook = this.#ports.timers.after(LOOK_AGAIN_MS, () => {
      this.#start();
      this.#lookAgainLater();
    });
  }
}
