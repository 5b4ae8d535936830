import { createHash } from "node:crypto";
import type { Chain } from "@causeway/chain/openChain";
import type { NetworkHandlers, NetworkOptions, NetworkPort } from "@causeway/network/networkPort";
import type { Log } from "@causeway/node/ports/log";
import { type ConsensusMessage, consensusDigest } from "@causeway/protocol/consensusMessage";
import type { Address, Hash } from "@causeway/protocol/hex";
import type { ValidatorSet } from "@causeway/protocol/validatorSet";
import type { Actor } from "../actors/actor.js";
import { ACTORS, type ActorName } from "../actors/actors.js";
import { tamperedPort } from "../actors/tamperedPort.js";
import { Checkers } from "../checkers/checkers.js";
import { fastRecover, fastSigner } from "../model/fastSigner.js";
import { openModelChain } from "../model/modelChain.js";
import { CHAIN_ID, GENESIS_SECONDS, modelGenesis, modelGenesisHeader } from "../model/modelGenesis.js";
import { ModelStore, type StoredBlock } from "../model/modelStore.js";
import { modelTransaction } from "../model/modelTransaction.js";
import { Links } from "../network/links.js";
import { directPath } from "../network/messagePath.js";
import { type Endpoint, SimulatedNetwork } from "../network/simulatedNetwork.js";
import { SimulatedPort } from "../network/simulatedPort.js";
import type { Life, PointKind } from "../node/life.js";
import { SimulatedNode } from "../node/simulatedNode.js";
import { PRIORITY, Scheduler } from "../time/scheduler.js";
import { SeededRandom } from "../time/seededRandom.js";
import { Coverage } from "./coverage.js";
import { type Knobs, keysOf } from "./knobs.js";

const SILENT: Log = { debug() {}, info() {}, warn() {}, error() {} };
const TICK_MS = 1_000;
/** Turns of the promise queue after an event that began nothing long. */
const TURNS = 6;

/** A whole network in one process: the production node on every machine, and the world around them. */
export class Simulation {
  readonly knobs: Knobs;
  readonly scheduler = new Scheduler(GENESIS_SECONDS * 1_000);
  readonly coverage = new Coverage();
  readonly random: SeededRandom;
  readonly links: Links;
  readonly network: SimulatedNetwork;
  readonly checkers: Checkers;
  readonly nodes: readonly SimulatedNode[];
  /** Kills a node where it returns true. */
  pointHook: (node: SimulatedNode, kind: PointKind) => boolean = () => false;
  readonly #keys: readonly Address[];
  readonly #sets = new Map<readonly number[], ValidatorSet>();
  readonly #genesis;
  readonly #genesisHeader;
  readonly #stores: readonly ModelStore[];
  readonly #chains = new Map<number, Chain>();
  readonly #trace = createHash("sha256");
  readonly #submitted = new Set<Hash>();
  readonly #actors = new Map<number, Actor>();
  #violation: Error | null = null;
  #unsettled = false;

  constructor(seed: string, knobs: Knobs) {
    this.knobs = knobs;
    this.random = new SeededRandom(seed).fork("world");
    this.#keys = keysOf(knobs);
    const { requestTimeoutMs, maxRequestTimeoutMs, emptyBlockPeriodSeconds, epochLength } = knobs;
    this.#genesis = modelGenesis(
      { requestTimeoutMs, maxRequestTimeoutMs, emptyBlockPeriodSeconds, epochLength },
      this.setAt(1),
    );
    this.#genesisHeader = modelGenesisHeader(this.#genesis);
    const twins = Object.entries(knobs.actors).filter(([, name]) => name === "twin");
    const honestKeys = this.#keys.filter((_, index) => knobs.actors[index] === undefined);
    this.checkers = new Checkers({
      domain: { chainId: CHAIN_ID, genesisHash: this.#genesisHeader.hash },
      recover: fastRecover,
      blockPeriodSeconds: this.#genesis.config.causeway.blockPeriodSeconds,
      genesis: this.#genesisHeader,
      setAt: (height) => this.setAt(height),
      honest: (index) => this.isHonest(index),
      isHonestKey: (key) => honestKeys.includes(key),
      wasSubmitted: (hash) => this.#submitted.has(hash),
    });
    this.links = new Links(this.random.fork("links"), knobs.links);
    this.network = new SimulatedNetwork({
      links: this.links,
      at: (node, delayMs, priority, run) => this.at(node, delayMs, priority, run),
      penalised: (by, whom, rule) => this.checkers.penalised(by, whom, rule),
    });
    // The second machine of a twin comes after all others.
    const owners = [...this.#keys.keys(), ...twins.map(([index]) => Number(index))];
    this.nodes = owners.map((owner, index) => {
      const signer = fastSigner([this.#keys[owner] as Address]);
      return new SimulatedNode(this.#nodeWorld(), index, signer, this.random.fork(`node-${index}`));
    });
    this.#stores = this.nodes.map(() => new ModelStore(this.#genesisBlock()));
  }

  get genesisHash(): Hash {
    return this.#genesisHeader.hash;
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
    const set = indices.map((index) => this.#keys[index] as Address);
    this.#sets.set(indices, set);
    return set;
  }

  isHonest(index: number): boolean {
    return index < this.#keys.length && this.knobs.actors[index] === undefined;
  }

  get honest(): readonly SimulatedNode[] {
    return this.nodes.filter(({ index }) => this.isHonest(index));
  }

  heightOf(index: number): number {
    return (this.#stores[index] as ModelStore).head.header.number;
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
    const transaction = modelTransaction(number);
    this.#submitted.add(transaction.hash);
    if (node.life !== null) void this.#chains.get(node.index)?.pool.add(transaction.raw);
  }

  startAll(): void {
    for (const node of this.nodes) this.start(node);
    this.#tickLater();
  }

  /** End all faults; what is down starts again (liveness phase). */
  heal(): void {
    this.note("heal", -1);
    this.links.heal();
    for (const node of this.nodes) {
      node.skewMs = 0;
      node.pausedUntilMs = 0;
      this.start(node);
    }
    this.network.reconnect();
  }

  /**
   * Run until `done` or a point in virtual time, letting everything asynchronous settle after each event.
   * @throws Violation, or whatever broke in the simulation itself.
   */
  async runUntil(done: () => boolean, endMs: number): Promise<boolean> {
    while (!done()) {
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
    if (error instanceof Error && error.message.startsWith("crash at ")) return;
    this.#violation ??= error instanceof Error ? error : new Error(String(error));
  }

  #nodeWorld() {
    return {
      genesis: this.#genesis,
      genesisHash: this.#genesisHeader.hash,
      recover: fastRecover,
      log: SILENT,
      nowMs: () => this.nowMs,
      at: this.at.bind(this),
      openChain: async (node: SimulatedNode, life: Life) => this.#openChain(node, life),
      createNetwork: (node: SimulatedNode, life: Life, _options: NetworkOptions, handlers: NetworkHandlers) =>
        this.#createNetwork(node, life, handlers),
      onPoint: (node: SimulatedNode, kind: PointKind) => {
        this.coverage.add(`point ${kind}`);
        if (!this.pointHook(node, kind)) return false;
        this.note("crash", node.index, kind);
        this.network.leave(node.index);
        return true;
      },
      onStarted: (node: SimulatedNode, chain: Chain) => {
        this.#chains.set(node.index, chain);
        if (!this.isHonest(node.index)) return;
        const store = this.#stores[node.index] as ModelStore;
        this.#guard(() =>
          this.checkers.started(
            node.index,
            store.head.header.number,
            (h) => store.at(h)?.header.hash ?? null,
          ),
        );
      },
      onFailed: (node: SimulatedNode, error: unknown) => {
        this.#guard(() => this.checkers.failed(node.index, error));
      },
    };
  }

  #openChain(node: SimulatedNode, life: Life): Chain {
    const store = this.#stores[node.index] as ModelStore;
    const chain = openModelChain({
      genesis: this.#genesis,
      store,
      life,
      now: () => this.nowMs,
      setAfter: (height) => this.setAt(height + 1),
      latencyMs: () => node.random.integer(0, this.knobs.executionMsMax),
      after: (delayMs, run) => this.at({ index: node.index, life }, delayMs, PRIORITY.timer, run),
    });
    chain.reader.onHead(({ block: { header } }) => this.#finalized(node, header.number));
    return chain;
  }

  #finalized(node: SimulatedNode, height: number): void {
    const block = (this.#stores[node.index] as ModelStore).at(height) as StoredBlock;
    const { header, bytes, transactions, withdrawals, certificate } = block;
    if (certificate === null) return;
    this.note("finalized", node.index, `${height} ${header.hash} ${certificate.checkpoint.round}`);
    this.coverage.add(certificate.checkpoint.round === 0 ? "decided in round 0" : "decided in a later round");
    if (header.miner !== this.#authorAt(height, certificate.checkpoint.round))
      this.coverage.add("re-proposal decided");
    if (height > 1 && this.setAt(height) !== this.setAt(height - 1)) this.coverage.add("set change");
    if (!this.isHonest(node.index)) return;
    this.#guard(() =>
      this.checkers.finalized({ node: node.index, header, transactions, withdrawals, certificate, bytes }),
    );
  }

  /** Who proposes in this round (C1). */
  #authorAt(height: number, round: number): Address {
    const set = this.setAt(height);
    const parent = this.nodes
      .map(({ index }) => this.#stores[index]?.at(height - 1))
      .find((block) => block !== null);
    const coinbase = parent?.header.miner ?? "0x";
    const first = set.findIndex((address) => address > coinbase);
    return set[((height === 1 || first === -1 ? 0 : first) + round) % set.length] as Address;
  }

  #createNetwork(node: SimulatedNode, life: Life, handlers: NetworkHandlers): NetworkPort {
    const { index, id } = node;
    const endpoint: Endpoint = {
      index,
      id,
      life,
      handlers: this.#observed(node, handlers),
      connections: new Map(),
    };
    const world = {
      links: this.links,
      at: this.at.bind(this),
      penalised: (by: number, whom: number, rule: string) =>
        this.#guard(() => this.checkers.penalised(by, whom, rule)),
    };
    const port = new SimulatedPort(endpoint, this.network, world, directPath);
    port.onSend = (message) => this.#guard(() => this.checkers.sent(message));
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
    const signer = fastSigner([node.key]);
    const domain = { chainId: CHAIN_ID, genesisHash: this.#genesisHeader.hash };
    return ACTORS[name]({
      key: node.key,
      random: node.random.fork("actor"),
      height: () => this.heightOf(node.index) + 1,
      sign: (signing) => signer.sign(node.key, consensusDigest(domain, signing)),
      peers: () => port.connectedTo(),
      send: (to: number, message: ConsensusMessage) => port.sendTo(to, message),
      acted: () => this.coverage.add(`actor ${name}`),
    });
  }

  #genesisBlock(): StoredBlock {
    return {
      header: this.#genesisHeader,
      bytes: new Uint8Array(),
      transactions: [],
      withdrawals: 0,
      certificate: null,
      validators: this.setAt(1),
      nextValidators: this.setAt(1),
    };
  }
}
