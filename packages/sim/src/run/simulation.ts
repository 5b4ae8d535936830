import { createHash } from "node:crypto";
import type { Header } from "@causeway/chain/chainReader";
import { decodeBlockParts } from "@causeway/chain/codec/block";
import type { Chain } from "@causeway/chain/openChain";
import type { NetworkHandlers, NetworkPort } from "@causeway/network/networkPort";
import type { Log } from "@causeway/node/ports/log";
import type { Certificate } from "@causeway/protocol/certificate";
import { type ConsensusMessage, consensusDigest } from "@causeway/protocol/consensusMessage";
import type { SigningDomain } from "@causeway/protocol/eip712";
import { type Address, type Hash, ZERO_ADDRESS } from "@causeway/protocol/hex";
import { proposer, type ValidatorSet } from "@causeway/protocol/validatorSet";
import type { Actor } from "../actors/actor.js";
import { ACTORS, type ActorName } from "../actors/actors.js";
import { tamperedPort } from "../actors/tamperedPort.js";
import type { ChainBackend } from "../backend/chainBackend.js";
import { modelBackend } from "../backend/modelBackend.js";
import { Checkers } from "../checkers/checkers.js";
import { checkJustification } from "../checkers/justifications.js";
import { RecordWatch } from "../checkers/recordWatch.js";
import { RoundPace } from "../checkers/roundPace.js";
import { Violation } from "../checkers/violation.js";
import { GENESIS_SECONDS } from "../model/modelGenesis.js";
import { Links } from "../network/links.js";
import { type Endpoint, type NetworkWorld, SimulatedNetwork } from "../network/simulatedNetwork.js";
import { SimulatedPort } from "../network/simulatedPort.js";
import { isCrash, type Life, type PointKind } from "../node/life.js";
import { type NodeWorld, SimulatedNode } from "../node/simulatedNode.js";
import { PRIORITY, Scheduler } from "../time/scheduler.js";
import { SeededRandom } from "../time/seededRandom.js";
import { Coverage } from "./coverage.js";
import type { Knobs } from "./knobs.js";

const SILENT: Log = { debug() {}, info() {}, warn() {}, error() {} };
const TICK_MS = 1_000;
/** A run of some minutes of virtual time has a hundredth of it. */
const STEPS_MAX = 5_000_000;
/** Turns of the promise queue after an event that began nothing long. */
const TURNS = 6;
/** On healed machines executing a block takes at most this part of the request timeout (H4). */
const HEALTHY_EXECUTION_SHARE = 8;

/** A whole network in one process: the production node on every machine, and the world around them. */
export class Simulation {
  readonly knobs: Knobs;
  readonly scheduler = new Scheduler(GENESIS_SECONDS * 1_000);
  readonly coverage = new Coverage();
  readonly random: SeededRandom;
  readonly links: Links;
  readonly network: SimulatedNetwork;
  readonly checkers: Checkers;
  readonly records: RecordWatch;
  readonly nodes: readonly SimulatedNode[];
  /** Kills a node where it returns true. */
  pointHook: (node: SimulatedNode, kind: PointKind) => boolean = () => false;
  /** Sees what enters the digest: virtual milliseconds since the start, the node or -1 for the world, and what happened. */
  onNote: (ms: number, node: number, what: string) => void = () => {};
  readonly #backend: ChainBackend;
  readonly #sets = new Map<readonly number[], ValidatorSet>();
  readonly #chains = new Map<number, Chain>();
  /** Hashes of the blocks each node has shown to have finalized, from height 1. */
  readonly #finalizedBy = new Map<number, Hash[]>();
  readonly #miners = new Map<number, Address>();
  readonly #lastRoundChange = new Map<Address, { readonly height: number; readonly round: number }>();
  readonly #trace = createHash("sha256");
  readonly #submitted = new Set<Hash>();
  readonly #actors = new Map<number, Actor>();
  readonly #pace: RoundPace;
  #violation: Error | null = null;
  #unsettled = false;
  #executionMsMax: number;

  /** @param backend what nodes are made of; by default the model, which is fast. */
  constructor(seed: string, knobs: Knobs, backend: ChainBackend = modelBackend(knobs)) {
    this.knobs = knobs;
    this.#backend = backend;
    this.#executionMsMax = knobs.executionMsMax;
    this.random = new SeededRandom(seed).fork("world");
    const { keys, genesis, genesisHeader, recover } = backend;
    const twins = Object.entries(knobs.actors).filter(([, name]) => name === "twin");
    const honestKeys = keys.filter((_, index) => knobs.actors[index] === undefined);
    this.checkers = new Checkers({
      domain: this.#domain(),
      recover,
      blockPeriodSeconds: genesis.config.causeway.blockPeriodSeconds,
      genesis: genesisHeader,
      setAt: (height) => this.setAt(height),
      honest: (index) => this.isHonest(index),
      isHonestKey: (key) => honestKeys.includes(key),
      wasSubmitted: (hash) => this.#submitted.has(hash),
      latestClockMs: () => this.nowMs + knobs.skewMsMax,
      showed: (what) => this.coverage.add(what),
    });
    this.records = new RecordWatch({
      checkers: this.checkers,
      genesisHash: genesisHeader.hash,
      isHonest: (index) => this.isHonest(index),
      heightOf: (index) => this.heightOf(index),
    });
    const { requestTimeoutMs, maxRequestTimeoutMs } = knobs;
    const faulty = (height: number) => Math.floor((this.setAt(height).length - 1) / 3);
    this.#pace = new RoundPace({ requestTimeoutMs, maxRequestTimeoutMs, maxFaulty: faulty });
    this.links = new Links(this.random.fork("links"), knobs.links, knobs.unconnected);
    this.network = new SimulatedNetwork(this.#networkWorld());
    // The second machine of a twin comes after all others.
    const owners = [...keys.keys(), ...twins.map(([index]) => Number(index))];
    this.nodes = owners.map(
      (owner, index) =>
        new SimulatedNode(
          this.#nodeWorld(),
          index,
          backend.signer(owner),
          this.random.fork(`node-${index}`),
          backend.createStore(),
        ),
    );
  }

  get genesisHash(): Hash {
    return this.#backend.genesisHeader.hash;
  }

  get nowMs(): number {
    return this.scheduler.nowMs;
  }

  /** S(height): what V1 makes of the lists the seed drew. */
  setAt(height: number): ValidatorSet {
    const { sets, epochLength } = this.knobs;
    const epoch = Math.floor((Math.max(1, height) - 1) / epochLength);
    const set = sets[Math.min(epoch, sets.length - 1)] as readonly number[];
    return this.#setOf(set);
  }

  #setOf(indices: readonly number[]): ValidatorSet {
    const known = this.#sets.get(indices);
    if (known !== undefined) return known;
    const set = indices.map((index) => this.#backend.keys[index] as Address);
    this.#sets.set(indices, set);
    return set;
  }

  isHonest(index: number): boolean {
    return index < this.#backend.keys.length && this.knobs.actors[index] === undefined;
  }

  get honest(): readonly SimulatedNode[] {
    return this.nodes.filter(({ index }) => this.isHonest(index));
  }

  heightOf(index: number): number {
    return this.#finalizedBy.get(index)?.length ?? 0;
  }

  /** Run something at a node later, if that life of it still lasts; a paused node does it when it goes on. */
  at(
    node: { readonly index: number; readonly life: Life },
    delayMs: number,
    priority: number,
    run: () => void,
  ): () => void {
    const { index, life } = node;
    let cancel = () => {};
    const attempt = () => {
      if (!life.alive) return;
      const pausedMs = (this.nodes[index] as SimulatedNode).pausedUntilMs - this.nowMs;
      if (pausedMs > 0) cancel = this.scheduler.schedule(pausedMs, priority, index, attempt);
      else {
        if (priority >= PRIORITY.timer) this.unsettle();
        this.#guard(run);
      }
    };
    cancel = this.scheduler.schedule(delayMs, priority, index, attempt);
    return () => cancel();
  }

  /** Something the world does. */
  later(delayMs: number, run: () => void): void {
    this.scheduler.schedule(delayMs, PRIORITY.fault, -1, () => {
      this.unsettle();
      this.#guard(run);
    });
  }

  /** Start a node if it does not run. */
  start(node: SimulatedNode): void {
    if (node.life !== null) return;
    this.note("start", node.index);
    void node.start();
  }

  /** A transaction reaches a node from outside. */
  submit(number: number, node: SimulatedNode): void {
    const transaction = this.#backend.transaction(number);
    this.#submitted.add(transaction.hash);
    if (node.life === null) return;
    this.unsettle();
    // A pool refuses what is included already.
    this.#chains
      .get(node.index)
      ?.pool.add(transaction.raw)
      .catch(() => undefined);
  }

  /** Whether a submitted transaction is in a finalized block. */
  isIncluded(number: number): boolean {
    return this.checkers.isIncluded(this.#backend.transaction(number).hash);
  }

  startAll(): void {
    for (const name of Object.values(this.knobs.actors)) if (name === "twin") this.coverage.add("actor twin");
    for (const node of this.nodes) {
      node.lagMsMax = this.knobs.lagMsMax;
      this.start(node);
    }
    this.#tickLater();
  }

  /** The machine is off and has lost what was not synced, save what `keeps` lets it keep. @returns whether a write was torn. */
  losePower(node: SimulatedNode, keeps: (unsyncedBytes: number) => number): boolean {
    if (node.kill()) this.network.leave(node.index);
    const torn = node.disk.losePower(keeps);
    this.records.powerLost(node);
    return torn;
  }

  /** End all faults; what is down starts again (liveness phase). */
  heal(): void {
    this.note("heal", -1);
    this.links.heal();
    this.#executionMsMax = Math.min(
      this.#executionMsMax,
      this.knobs.requestTimeoutMs / HEALTHY_EXECUTION_SHARE,
    );
    for (const node of this.nodes) {
      node.skewMs = 0;
      node.pausedUntilMs = 0;
      node.lagMsMax = 0;
      this.start(node);
    }
    this.network.reconnect();
    for (const actor of this.#actors.values()) actor.healed?.();
  }

  /**
   * Run until `done` or a point in virtual time, letting everything asynchronous settle after each event.
   * @throws Violation, or whatever broke in the simulation itself.
   */
  async runUntil(done: () => boolean, endMs: number): Promise<boolean> {
    while (!done()) {
      if (this.scheduler.steps > STEPS_MAX) throw new Violation("bounds", `more than ${STEPS_MAX} events`);
      const stepped = this.scheduler.step(endMs);
      await this.#settle();
      if (this.#violation !== null) throw this.#violation;
      if (!stepped) return done();
    }
    return true;
  }

  /** Kill everything, so that nothing in flight has an effect. */
  end(): void {
    for (const node of this.nodes) node.kill();
  }

  /** Something began that takes many turns of promises: they all end before time moves on. */
  unsettle(): void {
    this.#unsettled = true;
  }

  /** Part of the digest that must be equal over two runs of a seed. */
  note(what: string, node: number, detail = ""): void {
    this.#trace.update(`${Math.round(this.nowMs * 1_000)} ${node} ${what} ${detail}\n`);
    this.onNote(this.nowMs - GENESIS_SECONDS * 1_000, node, `${what} ${detail}`);
  }

  digest(): Hash {
    return `0x${this.#trace.copy().digest("hex")}`;
  }

  /** A message without a block is dealt with in a few turns, and there are very many of those. */
  async #settle(): Promise<void> {
    if (this.#unsettled) {
      this.#unsettled = false;
      await new Promise((resolve) => setImmediate(resolve));
    } else {
      for (let turn = 0; turn < TURNS; turn++) await null;
    }
  }

  #tickLater(): void {
    this.later(TICK_MS, () => {
      for (const node of this.nodes) {
        if (node.life === null || node.pausedUntilMs > this.nowMs) continue;
        this.#actors.get(node.index)?.tick?.();
        const reason = this.isHonest(node.index) ? node.haltedReason : null;
        if (reason !== null) this.checkers.halted(node.index, reason);
      }
      this.#tickLater();
    });
  }

  /** What a checker throws inside a node must not be swallowed by the node's own error handling. */
  #guard(run: () => void): void {
    try {
      run();
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    if (isCrash(error)) return;
    this.#violation ??= error instanceof Error ? error : new Error(String(error));
  }

  #domain(): SigningDomain {
    const { genesis, genesisHeader } = this.#backend;
    return { chainId: genesis.config.chainId, genesisHash: genesisHeader.hash };
  }

  #networkWorld(): NetworkWorld {
    return {
      links: this.links,
      at: this.at.bind(this),
      penalised: (penalty) => this.#guard(() => this.checkers.penalised(penalty)),
      now: () => this.nowMs,
    };
  }

  #nodeWorld(): NodeWorld {
    const { genesis, genesisHeader, recover } = this.#backend;
    return {
      genesis,
      genesisHash: genesisHeader.hash,
      recover,
      log: SILENT,
      nowMs: () => this.nowMs,
      at: this.at.bind(this),
      chainWorld: (node, life) => ({
        life,
        now: () => this.nowMs,
        setAfter: (height) => this.setAt(height + 1),
        latencyMs: () => node.random.integer(0, this.#executionMsMax),
        after: (delayMs, run) => this.at({ index: node.index, life }, delayMs, PRIORITY.timer, run),
      }),
      createNetwork: (node, life, handlers) => this.#createNetwork(node, life, handlers),
      onPoint: (node, kind) => {
        this.coverage.add(`point ${kind}`);
        if (!this.pointHook(node, kind)) return false;
        this.note("crash", node.index, kind);
        this.network.leave(node.index);
        return true;
      },
      onChainOpen: (node, chain) => this.#watch(node, chain),
      onFailed: (node, error) => this.#guard(() => this.checkers.failed(node.index, error)),
    };
  }

  /** Look at what the node has, then at every block it finalizes, in order. */
  async #watch(node: SimulatedNode, chain: Chain): Promise<void> {
    this.#chains.set(node.index, chain);
    const ledger = this.#finalizedBy.get(node.index) ?? [];
    this.#finalizedBy.set(node.index, ledger);
    const height = chain.execution.head().height;
    if (this.isHonest(node.index)) {
      const kept = await Promise.all(ledger.map((_, i) => chain.reader.header(i + 1)));
      const hashes = kept.map((header) => header?.hash ?? null);
      this.#guard(() => this.checkers.started(node.index, height, ledger, hashes));
    }
    // It may have died between writing a block and telling anybody.
    for (let next = ledger.length + 1; next <= height; next++) await this.#finalized(node, chain, next);
    this.#guard(() => this.records.started(node));
    let turn: Promise<void> = Promise.resolve();
    chain.reader.onHead(({ block: { header } }) => {
      this.unsettle();
      turn = turn.then(() => this.#finalized(node, chain, header.number)).catch((error) => this.#fail(error));
    });
  }

  async #finalized(node: SimulatedNode, { reader }: Chain, height: number): Promise<void> {
    const [bytes, certificate] = await Promise.all([reader.rawBlock(height), reader.certificate(height)]);
    if (bytes === null || certificate === null)
      throw new Violation("W4", `node ${node.index} lacks block ${height}`);
    const { header, rawTransactions, withdrawals } = decodeBlockParts(bytes);
    this.#finalizedBy.get(node.index)?.push(header.hash);
    this.#cover(header, certificate);
    this.note("finalized", node.index, `${height} ${header.hash} ${certificate.checkpoint.round}`);
    if (!this.isHonest(node.index)) return;
    this.#pace.finalized(node.index, height, this.nowMs);
    const transactions = rawTransactions.map((raw) => this.#backend.transactionHash(raw));
    this.#guard(() =>
      this.checkers.finalized({ node: node.index, header, transactions, withdrawals, certificate }),
    );
  }

  #cover(header: Header, { checkpoint: { round } }: Certificate): void {
    const { number: height, miner } = header;
    this.coverage.add(round === 0 ? "decided in round 0" : "decided in a later round");
    const set = this.setAt(height);
    const parentMiner = this.#miners.get(height - 1) ?? ZERO_ADDRESS;
    if (miner !== proposer(set, parentMiner, round)) this.coverage.add("re-proposal decided");
    if (height > 1 && set !== this.setAt(height - 1)) this.coverage.add("set change");
    this.#miners.set(height, miner);
  }

  #sent(node: SimulatedNode, message: ConsensusMessage): void {
    this.checkers.sent(message);
    if (!this.isHonest(node.index)) return;
    this.checkers.voted(message);
    checkJustification(message, this.setAt(message.payload.height));
  }

  /** C8: whoever enters a round otherwise than from the one before has followed f + 1 others. */
  #coverJump({ kind, author, payload: { height, round } }: ConsensusMessage): void {
    if (kind !== "round-change") return;
    const last = this.#lastRoundChange.get(author);
    const before = last?.height === height ? last.round : 0;
    if (round > before + 1) this.coverage.add("jump");
    if (last === undefined || height > last.height || (height === last.height && round > last.round))
      this.#lastRoundChange.set(author, { height, round });
  }

  #createNetwork(node: SimulatedNode, life: Life, handlers: NetworkHandlers): NetworkPort {
    const { index, id } = node;
    const endpoint: Endpoint = {
      index,
      id,
      life,
      handlers: this.#observed(node, handlers),
      connections: new Map(),
      gossiped: new Set(),
      path: this.#backend.createPath(),
    };
    const port = new SimulatedPort(endpoint, this.network, this.#networkWorld());
    port.onSend = (message) => {
      this.#guard(() => this.#sent(node, message));
      this.#coverJump(message);
    };
    if (this.isHonest(index))
      port.onBroadcast = (message) =>
        this.#guard(() => this.#pace.broadcast(index, node.key, message, this.nowMs));
    const name = this.#actorName(index);
    if (name === undefined || name === "twin") return port;
    const actor = this.#makeActor(node, name, port);
    this.#actors.set(index, actor);
    return tamperedPort(port, endpoint, actor);
  }

  /** What arrives passes the actor first, and is known to begin something long where it does. */
  #observed(node: SimulatedNode, handlers: NetworkHandlers): NetworkHandlers {
    return {
      ...handlers,
      onConsensusMessage: (peer, message) => {
        if ("block" in message && message.block !== null) this.unsettle();
        this.#pace.received(node.index, message, this.nowMs);
        this.#actors.get(node.index)?.incoming?.(message);
        handlers.onConsensusMessage(peer, message);
      },
      onDecided: (peer, decided) => {
        this.unsettle();
        handlers.onDecided(peer, decided);
      },
      onHeadAnnounced: (peer, head) => {
        this.unsettle();
        return handlers.onHeadAnnounced(peer, head);
      },
      readBlocks: (from, count) => {
        this.unsettle();
        return handlers.readBlocks(from, count);
      },
      readBlock: (hash) => {
        this.unsettle();
        return handlers.readBlock(hash);
      },
    };
  }

  #actorName(index: number): ActorName | undefined {
    return this.knobs.actors[index];
  }

  #makeActor(node: SimulatedNode, name: Exclude<ActorName, "twin">, port: SimulatedPort): Actor {
    const signer = this.#backend.signer(node.index);
    const domain = this.#domain();
    return ACTORS[name]({
      key: node.key,
      random: node.random.fork("actor"),
      height: () => this.heightOf(node.index) + 1,
      validators: (height) => this.setAt(height),
      sign: (signing) => signer.sign(node.key, consensusDigest(domain, signing)),
      peers: () => port.connectedTo(),
      send: (to: number, message: ConsensusMessage) => port.sendTo(to, message),
      invalid: (hash) => this.checkers.forged(hash),
      acted: () => this.coverage.add(`actor ${name}`),
    });
  }
}
