import type { CertifiedBlock, NetworkPort, Peer } from "@causeway/network/networkPort";
import type { Head } from "@causeway/protocol/head";
import type { Hash } from "@causeway/protocol/hex";
import type { Clock } from "../ports/clock.js";
import type { Log } from "../ports/log.js";
import type { Random } from "../ports/random.js";
import type { Timers } from "../ports/timers.js";
import type { BlockImporter } from "./blockImporter.js";
import type { ConflictWatch } from "./conflictWatch.js";

export interface SynchroniserPorts {
  readonly network: Pick<NetworkPort, "peers" | "requestBlocks" | "penalise">;
  readonly importer: Pick<BlockImporter, "import">;
  readonly conflicts: Pick<ConflictWatch, "check">;
  readonly head: () => Head;
  /** Hash of the finalized block at a height, null when there is none. */
  readonly hashAt: (height: number) => Promise<Hash | null>;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: Random;
  readonly log: Log;
  /** A peer's block was refused before execution, by rule. */
  readonly onRefused: (rule: string) => void;
  /** The chain cannot be written: the node must stop. */
  readonly onFailure: (error: unknown) => void;
}

/** Blocks asked for at once; a peer may answer with fewer. */
const RANGE_BLOCKS_MAX = 64;
/** A head one ahead is usually this node's own next commit: consensus gets this long first. */
const NEXT_HEIGHT_GRACE_MS = 500;
/** A peer that failed to answer is not asked again for this long. */
const UNANSWERED_REST_MS = 2_000;
/** A peer that served a block breaking a rule rests longer. */
const REFUSED_REST_MS = 60_000;
/** Points of a refused block: two of them end the connection. */
const REFUSED_POINTS = 50;
/** Honest peers pass on anybody's forged head: whoever announced another hash is asked to show its block this seldom. */
const SHOW_FORK_REST_MS = 5_000;
/** Claims of heights by peers are looked at again this often, in case a hint was missed. */
const LOOK_AGAIN_MS = 5_000;

/** Catches up by range from peers that are ahead (N3). It never holds consensus back (N5). */
export class Synchroniser {
  readonly #ports: SynchroniserPorts;
  readonly #abort = new AbortController();
  /** Heights peers are said to have, beyond what the network knows. */
  readonly #claims = new Map<string, number>();
  /** Monotonic time until which a peer is not asked. */
  readonly #resting = new Map<string, number>();
  readonly #importing = new Set<string>();
  /** Monotonic time until which a peer is not asked to show a fork. */
  readonly #forkResting = new Map<string, number>();
  #running: Promise<void> | null = null;
  #cancelLook: (() => void) | null = null;
  #cancelGrace: (() => void) | null = null;

  constructor(ports: SynchroniserPorts) {
    this.#ports = ports;
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

  /** Highest height any connected peer is said to have. */
  get highestClaim(): number {
    return this.#ports.network.peers().reduce((highest, peer) => Math.max(highest, this.#claimOf(peer)), 0);
  }

  /** This height is decided elsewhere. */
  behind(height: number, peer: string): void {
    this.#claim(peer, height);
    this.#start();
  }

  /**
   * A peer announced a head: wait a little when consensus is about to decide it here as well.
   * @param hash null when the peer told its height only.
   */
  announced(peer: string, height: number, hash: Hash | null) {
    const head = this.#ports.head().height;
    if (height <= head) {
      if (hash !== null) void this.#compareAnnounced(peer, height, hash);
      return;
    }
    this.#claim(peer, height);
    if (height > head + 1) return this.#start();
    this.#cancelGrace ??= this.#ports.timers.after(NEXT_HEIGHT_GRACE_MS, () => {
      this.#cancelGrace = null;
      this.#start();
    });
  }

  peerGone(peer: string): void {
    this.#claims.delete(peer);
    this.#resting.delete(peer);
    this.#forkResting.delete(peer);
  }

  /** A decided block arrived unasked (C11): same checks, same path. One at a time per peer. */
  async decided(peer: string, block: CertifiedBlock): Promise<void> {
    if (this.#importing.has(peer) || this.#abort.signal.aborted) return;
    this.#importing.add(peer);
    try {
      await this.#take(peer, block);
    } catch (error) {
      if (!this.#abort.signal.aborted) this.#ports.onFailure(error);
    } finally {
      this.#importing.delete(peer);
    }
  }

  #start(): void {
    if (this.#running !== null || this.#abort.signal.aborted) return;
    this.#running = this.#run().finally(() => {
      this.#running = null;
    });
  }

  async #run(): Promise<void> {
    for (let peer = this.#choose(); peer !== null; peer = this.#choose()) {
      const before = this.#ports.head().height;
      try {
        await this.#pull(peer);
      } catch (error) {
        if (this.#abort.signal.aborted) return;
        this.#ports.onFailure(error);
        return;
      }
      if (this.#ports.head().height === before) this.#rest(peer.id, UNANSWERED_REST_MS);
    }
  }

  /** A random peer that is ahead and not resting. */
  #choose(): Peer | null {
    if (this.#abort.signal.aborted) return null;
    const { network, head, clock, random } = this.#ports;
    const now = clock.monotonicMs();
    const height = head().height;
    const able = network
      .peers()
      .filter((peer) => this.#claimOf(peer) > height && (this.#resting.get(peer.id) ?? 0) <= now);
    return able[Math.floor(random() * able.length)] ?? null;
  }

  async #pull(peer: Peer): Promise<void> {
    const { network, head, log } = this.#ports;
    const from = head().height + 1;
    let blocks: readonly CertifiedBlock[];
    try {
      blocks = await network.requestBlocks(peer.id, from, RANGE_BLOCKS_MAX, this.#abort.signal);
    } catch (error) {
      log.debug({ peer: peer.id, from, err: error }, "sync request failed");
      return;
    }
    for (const block of blocks.slice(0, RANGE_BLOCKS_MAX)) {
      if (!(await this.#take(peer.id, block))) return;
    }
  }

  /** @returns whether the block is now part of the chain. */
  async #take(peer: string, decided: CertifiedBlock): Promise<boolean> {
    const { importer, conflicts, head, log } = this.#ports;
    const { height, hash } = decided.block;
    if (height > head().height + 1) {
      this.behind(height, peer);
      return false;
    }
    if (await conflicts.check(decided.certificate)) return false;
    const result = await importer.import(decided, this.#abort.signal);
    switch (result.status) {
      case "imported":
        log.debug({ peer, height }, "synced a block");
        return true;
      case "known":
        return true;
      case "stopped":
        return false;
      case "refused":
        this.#refuse(peer, result.rule, height, hash);
        // A certified child of another parent: the peer may hold another block at the head's height (F2).
        if (result.rule === "N3.parent") await this.#showFork(peer, height - 1);
        return false;
    }
  }

  #refuse(peer: string, rule: string, height: number, hash: string): void {
    const { network, log, onRefused } = this.#ports;
    log.warn({ peer, rule, height, hash }, `refused a synced block by rule ${rule}`);
    onRefused(rule);
    this.#rest(peer, REFUSED_REST_MS);
    network.penalise(peer, rule, REFUSED_POINTS);
  }

  /** Another hash at a finalized height: either a lie or a conflict of which the peer holds the proof (F2). */
  async #compareAnnounced(peer: string, height: number, hash: Hash): Promise<void> {
    const { clock, hashAt, log } = this.#ports;
    const isResting = () => clock.monotonicMs() < (this.#forkResting.get(peer) ?? 0);
    if (isResting()) return;
    try {
      const known = await hashAt(height);
      if (known === null || known === hash || isResting()) return;
      this.#forkResting.set(peer, clock.monotonicMs() + SHOW_FORK_REST_MS);
      await this.#showFork(peer, height);
    } catch (error) {
      log.debug({ peer, height, err: error }, "an announced head could not be compared");
    }
  }

  /** Ask the peer for its block at a finalized height, and look whether it proves a conflict. */
  async #showFork(peer: string, height: number): Promise<void> {
    const { network, conflicts, log } = this.#ports;
    try {
      const [other] = await network.requestBlocks(peer, height, 1, this.#abort.signal);
      if (other !== undefined) await conflicts.check(other.certificate);
    } catch (error) {
      log.debug({ peer, height, err: error }, "the peer does not show its fork");
    }
  }

  #claim(peer: string, height: number): void {
    if (!this.#ports.network.peers().some(({ id }) => id === peer)) return;
    this.#claims.set(peer, Math.max(height, this.#claims.get(peer) ?? 0));
  }

  #claimOf(peer: Peer): number {
    return Math.max(peer.height, this.#claims.get(peer.id) ?? 0);
  }

  /** A longer rest stands. */
  #rest(peer: string, ms: number): void {
    const until = this.#ports.clock.monotonicMs() + ms;
    this.#resting.set(peer, Math.max(until, this.#resting.get(peer) ?? 0));
  }

  #lookAgainLater(): void {
    this.#cancelLook = this.#ports.timers.after(LOOK_AGAIN_MS, () => {
      this.#start();
      this.#lookAgainLater();
    });
  }
}
