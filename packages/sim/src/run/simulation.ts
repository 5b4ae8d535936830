import { createHash } from "node:crypto";
import type { Chain } from "@causeway/chain/openChain";
import type { Logger } from "@causeway/node/ports/logger";
import type { Address, Hash } from "@causeway/protocol/hex";
import { overrides } from "@causeway/protocol/validatorOverride";
import type { ValidatorSet } from "@causeway/protocol/validatorSet";
import type { VoteDomain } from "@causeway/protocol/voteDomain";
import type { ChainBackend, SubmittedTransaction } from "../backend/chainBackend.js";
import { modelBackend } from "../backend/modelBackend.js";
import { Checkers } from "../checkers/checkers.js";
import { readEvidence, type StoredEvidence } from "../checkers/readEvidence.js";
import { readAppended } from "../checkers/readRecord.js";
import { RecordWatch } from "../checkers/recordWatch.js";
import { RoundPace } from "../checkers/roundPace.js";
import type { Reached } from "../disk/simulatedDisk.js";
import { GENESIS_SECONDS } from "../model/modelGenesis.js";
import { Links } from "../network/links.js";
import { type NetworkWorld, SimulatedNetwork } from "../network/simulatedNetwork.js";
import type { PointKind } from "../node/life.js";
import { type NodeWorld, SimulatedNode } from "../node/simulatedNode.js";
import type { ValidatorContract } from "../operators/validatorContract.js";
import { PRIORITY } from "../time/scheduler.js";
import { SeededRandom } from "../time/seededRandom.js";
import { Clockwork } from "./clockwork.js";
import { Coverage } from "./coverage.js";
import { FinalizedLedger } from "./finalizedLedger.js";
import type { Knobs } from "./knobs.js";
import { NodeNetworks } from "./nodeNetworks.js";

const SILENT: Logger = { debug() {}, info() {}, warn() {}, error() {} };
const TICK_MS = 1_000;
/** On healed machines executing a block takes at most this part of the request timeout (H4). */
const HEALTHY_EXECUTION_SHARE = 8;

/** A whole network in one process: the production node on every machine, and the world around them. */
export class Simulation {
  readonly knobs: Knobs;
  readonly clockwork = new Clockwork(
    GENESIS_SECONDS * 1_000,
    (index) => this.nodes[index]?.pausedUntilMs ?? 0,
  );
  readonly coverage = new Coverage();
  readonly random: SeededRandom;
  readonly links: Links;
  readonly network: SimulatedNetwork;
  readonly checkers: Checkers;
  readonly records: RecordWatch;
  readonly pace: RoundPace;
  readonly nodes: readonly SimulatedNode[];
  /** The contract whose list the sets are; null where the lists that the seed drew are. */
  readonly contract: ValidatorContract | null;
  /** Kills a node where it returns true. */
  pointHook: (node: SimulatedNode, kind: PointKind) => boolean = () => false;
  /** Sees what enters the digest: virtual milliseconds since the start, the node or -1 for the world, and what happened. */
  onNote: (ms: number, node: number, what: string) => void = () => {};
  readonly #backend: ChainBackend;
  readonly #sets = new Map<readonly number[], ValidatorSet>();
  readonly #chains = new Map<number, Chain>();
  readonly #trace = createHash("sha256");
  readonly #honestKeys: readonly Address[];
  readonly #twinKeys: readonly Address[];
  readonly #submitted = new Set<Hash>();
  readonly #ledger: FinalizedLedger;
  readonly #networks: NodeNetworks;
  #executionMsMax: number;

  /** @param backend what nodes are made of; by default the model, which is fast. */
  constructor(seed: string, knobs: Knobs, backend: ChainBackend = modelBackend(knobs)) {
    this.knobs = knobs;
    this.#backend = backend;
    this.contract = backend.createContract();
    this.#executionMsMax = knobs.executionMsMax;
    this.random = new SeededRandom(seed).fork("world");
    const { keys, genesis, genesisHeader, recover } = backend;
    const twins = Object.entries(knobs.actors).filter(([, name]) => name === "twin");
    const isActor = (index: number) => knobs.actors[index] !== undefined;
    this.#honestKeys = keys.flatMap((_, index) => (isActor(index) ? [] : backend.signer(index).addresses));
    this.#twinKeys = twins.flatMap(([index]) => backend.signer(Number(index)).addresses);
    this.checkers = new Checkers({
      domain: this.domain,
      recover,
      blockPeriodSeconds: genesis.config.causeway.blockPeriodSeconds,
      genesis: genesisHeader,
      setAt: (height) => this.setAt(height),
      honest: (index) => this.isHonest(index),
      isHonestKey: (key) => this.isHonestKey(key),
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
    this.pace = new RoundPace({
      ...{ requestTimeoutMs, maxRequestTimeoutMs, maxFaulty: faulty },
      onJump: () => this.coverage.add("jump"),
    });
    this.links = new Links(this.random.fork("links"), knobs.links, knobs.unconnected);
    const networkWorld = this.#networkWorld();
    this.network = new SimulatedNetwork(networkWorld);
    this.#networks = new NodeNetworks(this, backend, networkWorld);
    this.#ledger = new FinalizedLedger(this, (raw) => backend.transactionHash(raw));
    // The second machine of a twin comes after all others.
    const owners = [...keys.keys(), ...twins.map(([index]) => Number(index))];
    this.nodes = owners.map(
      (owner, index) =>
        new SimulatedNode(this.#nodeWorld(), {
          index,
          firstKey: keys[owner] as Address,
          signer: backend.signer(owner),
          random: this.random.fork(`node-${index}`),
          storage: backend.createStore(),
        }),
    );
    for (const node of this.nodes) this.#watchRecord(node);
  }

  get genesisHash(): Hash {
    return this.#backend.genesisHeader.hash;
  }

  get domain(): VoteDomain {
    const { chainId, causeway } = this.#backend.genesis.config;
    return { chainId, genesisHash: this.genesisHash, overrides: overrides(causeway) };
  }

  get nowMs(): number {
    return this.clockwork.nowMs;
  }

  /** S(height): what V1 makes of the contract's list, or of those that the seed drew. */
  setAt(height: number): ValidatorSet {
    if (this.contract !== null) return this.contract.setAt(height);
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

  isHonestKey(key: Address): boolean {
    return this.#honestKeys.includes(key);
  }

  /** Of validators that run twice. */
  isTwinKey(key: Address): boolean {
    return this.#twinKeys.includes(key);
  }

  get honest(): readonly SimulatedNode[] {
    return this.nodes.filter(({ index }) => this.isHonest(index));
  }

  /** The key a node signs its next height with; the first it had while it is no validator. */
  keyOf({ index, keys, key }: SimulatedNode): Address {
    const set = this.setAt(this.heightOf(index) + 1);
    return keys.find((held) => set.includes(held)) ?? key;
  }

  heightOf(index: number): number {
    return this.#ledger.heightOf(index);
  }

  /** Start a node if it does not run. */
  start(node: SimulatedNode): void {
    if (node.life !== null) return;
    this.note("start", node.index);
    void node.start();
  }

  /** A transaction reaches a node from outside. */
  submit(number: number, node: SimulatedNode): void {
    this.submitTransaction(this.#backend.transaction(number), node);
  }

  submitTransaction(transaction: SubmittedTransaction, node: SimulatedNode): void {
    this.#submitted.add(transaction.hash);
    if (node.life === null) return;
    this.clockwork.unsettle();
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
    for (const node of this.nodes) {
      node.lagMsMax = this.knobs.lagMsMax;
      this.start(node);
    }
    this.#tickLater();
  }

  /** The machine is off and has lost what was not synced, save what `keeps` lets it keep. @returns whether a write was torn. */
  losePower(node: SimulatedNode, keeps: (unsyncedBytes: number) => Reached): boolean {
    if (node.kill()) this.network.leave(node.index);
    const torn = node.disk.losePower(keeps);
    // A batch is there whole or not at all: of so many, as many as of bytes.
    const { kept, lost } = node.storage.losePower((batches) => keeps(batches).bytes);
    if (kept > 0) this.coverage.add("unsynced block kept");
    if (lost > 0) this.coverage.add("unsynced block lost");
    this.records.powerLost(node);
    return torn;
  }

  /**
   * What honest nodes have stored against validators by now (F3).
   * @throws Violation when some of it is against an honest one (C15).
   */
  evidence(): readonly StoredEvidence[] {
    return this.honest.flatMap((node) => {
      const stored = readEvidence(node);
      for (const each of stored) this.checkers.evidence(node.index, each);
      return stored;
    });
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
    for (const actor of this.#networks.actors.values()) actor.healed?.();
  }

  /** Kill everything, so that nothing in flight has an effect. */
  end(): void {
    for (const node of this.nodes) node.kill();
  }

  /** Part of the digest that must be equal over two runs of a seed. */
  note(what: string, node: number, detail = ""): void {
    this.#trace.update(`${Math.round(this.nowMs * 1_000)} ${node} ${what} ${detail}\n`);
    this.onNote(this.nowMs - GENESIS_SECONDS * 1_000, node, `${what} ${detail}`);
  }

  digest(): Hash {
    return `0x${this.#trace.copy().digest("hex")}`;
  }

  #tickLater(): void {
    this.clockwork.later(TICK_MS, () => {
      for (const node of this.nodes) {
        if (node.life === null || node.pausedUntilMs > this.nowMs) continue;
        this.#networks.actors.get(node.index)?.tick?.();
        const reason = this.isHonest(node.index) ? node.haltedReason : null;
        if (reason !== null) this.checkers.halted(node.index, reason);
      }
      this.#tickLater();
    });
  }

  /** W2: what a record forgets. C7: a node leaves a round when its record says so, however late the others hear of it. */
  #watchRecord(node: SimulatedNode): void {
    if (!this.isHonest(node.index)) return;
    node.disk.onReplace = (path) => this.clockwork.guard(() => this.records.replaced(node, path));
    node.disk.onAppend = (path, bytes) => {
      const appended = readAppended(path, bytes);
      if (appended === null) return;
      const said = { ...appended.signing, author: appended.author };
      this.clockwork.guard(() => this.pace.said(node.index, said.author, said, this.nowMs));
    };
  }

  #networkWorld(): NetworkWorld {
    return {
      links: this.links,
      at: this.clockwork.at.bind(this.clockwork),
      penalised: (penalty) => this.clockwork.guard(() => this.checkers.penalised(penalty)),
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
      at: this.clockwork.at.bind(this.clockwork),
      chainWorld: (node, life) => ({
        life,
        now: () => this.nowMs,
        setAfter: (height) => this.setAt(height + 1),
        latencyMs: () => node.random.integer(0, this.#executionMsMax),
        after: (delayMs, run) => this.clockwork.at({ index: node.index, life }, delayMs, PRIORITY.timer, run),
      }),
      createNetwork: (node, life, handlers) => this.#networks.create(node, life, handlers),
      onPoint: (node, kind) => {
        this.coverage.add(`point ${kind}`);
        if (!this.pointHook(node, kind)) return false;
        this.note("crash", node.index, kind);
        this.network.leave(node.index);
        return true;
      },
      onChainOpen: async (node, chain) => {
        this.#chains.set(node.index, chain);
        await this.#ledger.watch(node, chain);
        return this.#networks.chainOf(node, chain);
      },
      onFailed: (node, error) => this.clockwork.guard(() => this.checkers.failed(node.index, error)),
    };
  }
}
