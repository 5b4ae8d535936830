import assert from "node:assert/strict";
import type { Block } from "@causeway/protocol/block";
import type { Certificate } from "@causeway/protocol/certificate";
import type { ConsensusMessage } from "@causeway/protocol/consensusMessage";
import type { Head } from "@causeway/protocol/head";
import type { Hash } from "@causeway/protocol/hex";
import type { ConsensusConfig } from "../../src/config.js";
import type { Effect } from "../../src/effect.js";
import type { InputEvent } from "../../src/input.js";
import { initialState, type State } from "../../src/state.js";
import type { Timer } from "../../src/timer.js";
import { apply } from "../../src/transition.js";
import { isAuthentic } from "./fakeSigner.js";
import { headAfter, modelBlock, modelOutcome } from "./modelChain.js";
import { SafetyRecord } from "./safetyRecord.js";
import type { Simulation } from "./simulation.js";

interface Stored {
  readonly block: Block;
  readonly certificate: Certificate;
}

/** Times of the model host in milliseconds. */
const FSYNC_MS = 4;
const EXECUTION_MS = 20;
const COMMIT_MS = 8;
const TRANSACTION_WAIT_MS = 1000;
const FETCH_RETRY_MS = 500;

/** The host around one reducer: what it keeps on disk outlives a crash, all else does not. */
export class SimulatedNode {
  readonly id: string;
  readonly record = new SafetyRecord();
  readonly chain: Stored[] = [];
  head: Head;
  running = false;
  /** Milliseconds this node's wall clock is ahead of the truth (C13). */
  skewMs = 0;
  readonly refused: Extract<Effect, { kind: "refused" }>[] = [];
  readonly evidence: Extract<Effect, { kind: "evidence" }>[] = [];
  halted: string | null = null;
  state: State;
  readonly #simulation: Simulation;
  readonly #config: ConsensusConfig;
  #incarnation = 0;
  #fsyncFreeAtMs = 0;
  #timers = new Map<Timer["kind"], object>();
  #aborted = new Set<string>();

  constructor(simulation: Simulation, id: string, config: ConsensusConfig, genesis: Head) {
    this.#simulation = simulation;
    this.#config = config;
    this.id = id;
    this.head = genesis;
    this.state = initialState(config, []);
  }

  start(): void {
    this.running = true;
    this.state = initialState(this.#config, this.record.above(this.head.height));
    this.#headMoved();
    for (const peer of this.#peers()) {
      this.input({ kind: "peer-connected", peer: peer.id });
      if (peer.running) peer.input({ kind: "peer-connected", peer: this.id });
    }
  }

  /** kill -9: timers, executions and everything in memory are gone. */
  crash(): void {
    this.running = false;
    this.#incarnation++;
    this.#timers.clear();
    this.#aborted.clear();
  }

  input(event: InputEvent): void {
    if (!this.running) return;
    const nowMs = this.#simulation.queue.nowMs + this.skewMs;
    const { state, effects } = apply(this.state, { nowMs, ...event });
    this.state = state;
    for (const effect of effects) this.#perform(effect);
  }

  receive(from: string, message: ConsensusMessage): void {
    assert(isAuthentic(message), `C16: ${message.kind} with a signature that is not its author's`);
    this.input({ kind: "message", peer: from, message });
  }

  #peers(): SimulatedNode[] {
    return this.#simulation.nodes.filter((node) => node !== this);
  }

  #peer(id: string): SimulatedNode | undefined {
    return this.#simulation.nodes.find((node) => node.id === id);
  }

  /** Do something later, unless this process has died meanwhile. */
  #later(delayMs: number, run: () => void): void {
    const incarnation = this.#incarnation;
    this.#simulation.queue.schedule(delayMs, () => {
      if (this.running && incarnation === this.#incarnation) run();
    });
  }

  #perform(effect: Effect) {
    switch (effect.kind) {
      case "record":
        return this.#fsync(effect);
      case "broadcast":
        if (effect.message.author === this.#config.keys[0]) this.#simulation.checkers.sent(effect.message);
        for (const peer of this.#peers()) this.#send(peer, effect.message);
        return;
      case "send": {
        const peer = this.#peer(effect.peer);
        if (peer !== undefined) this.#send(peer, effect.message);
        return;
      }
      case "relay":
        for (const peer of this.#peers()) if (peer.id !== effect.except) this.#send(peer, effect.message);
        return;
      case "set-timer":
        return this.#setTimer(effect.timer, effect.delayMs);
      case "cancel-timer":
        this.#timers.delete(effect.timer);
        return;
      case "build":
        return this.#build(effect);
      case "execute":
        return this.#execute(effect);
      case "abort":
        this.#aborted.add(`${effect.height}/${effect.round}`);
        return;
      case "commit":
        return this.#later(COMMIT_MS, () => this.#append(effect.block, effect.certificate));
      case "fetch-blocks":
        for (const hash of effect.hashes) this.#fetch(effect.height, hash);
        return;
      case "sync":
        return this.#sync(effect.peer);
      case "send-decided":
        return this.#sendDecided(effect.peer, effect.height);
      case "evidence":
        this.evidence.push(effect);
        return;
      case "refused":
        this.refused.push(effect);
        return;
      case "halt":
        this.halted = effect.reason;
        return;
    }
  }

  #send(to: SimulatedNode, message: ConsensusMessage): void {
    if (!this.#simulation.passes(message, this, to)) return;
    this.#simulation.carry(this, to, () => to.receive(this.id, message));
  }

  /** In order, one after the other; the entry is durable before the core hears of it (W2). */
  #fsync(effect: Extract<Effect, { kind: "record" }>): void {
    const { queue, random } = this.#simulation;
    this.#fsyncFreeAtMs = Math.max(queue.nowMs, this.#fsyncFreeAtMs) + FSYNC_MS * (1 + random());
    this.#later(this.#fsyncFreeAtMs - queue.nowMs, () => {
      const { signing, author, signature } = this.record.append(effect);
      this.#later(random(), () => this.input({ kind: "recorded", signing, author, signature }));
    });
  }

  #setTimer(timer: Timer, delayMs: number): void {
    const token = {};
    this.#timers.set(timer.kind, token);
    this.#later(delayMs, () => {
      if (this.#timers.get(timer.kind) !== token) return;
      this.#timers.delete(timer.kind);
      this.input({ kind: "timeout", timer });
    });
  }

  #build({ height, round, coinbase, timestamp }: Extract<Effect, { kind: "build" }>): void {
    const transactionCount = this.#simulation.transactions ? 1 : 0;
    const block = modelBlock(this.head, {
      coinbase,
      timestamp,
      transactionCount,
      salt: `${this.id}/${round}`,
    });
    this.#afterExecution(height, round, () => {
      const outcome = modelOutcome(block, this.#simulation.setAfter(height));
      this.input({ kind: "built", height, round, block, outcome });
    });
  }

  #execute({ height, round, block }: Extract<Effect, { kind: "execute" }>): void {
    this.#afterExecution(height, round, () => {
      const outcome = modelOutcome(block, this.#simulation.setAfter(height));
      this.input({ kind: "executed", height, round, blockHash: block.hash, result: { ok: true, outcome } });
    });
  }

  /** An abort may come too late to stop the work, as in life (C10). */
  #afterExecution(height: number, round: number, answer: () => void): void {
    const { random } = this.#simulation;
    this.#later(EXECUTION_MS * (1 + random()), () => {
      if (!this.#aborted.has(`${height}/${round}`) || random() < 0.5) answer();
    });
  }

  #append(block: Block, certificate: Certificate): void {
    if (block.height !== this.head.height + 1) return;
    assert.equal(block.parentHash, this.head.hash, "N3: parent link");
    this.#simulation.checkers.committed(block, certificate, this.head.nextValidators);
    this.chain.push({ block, certificate });
    this.head = headAfter(this.head, block, certificate, this.#simulation.setAfter(block.height));
    this.#headMoved();
  }

  #headMoved(): void {
    this.input({ kind: "new-head", head: this.head });
    if (!this.#simulation.transactions) return;
    this.input({ kind: "transaction-pooled" });
    const { hash } = this.head;
    this.#later(TRANSACTION_WAIT_MS, () => {
      if (this.head.hash === hash) this.input({ kind: "transaction-waiting" });
    });
  }

  #fetch(height: number, hash: Hash): void {
    for (const peer of this.#peers()) {
      this.#simulation.carry(this, peer, () => {
        const block = peer.running ? peer.#find(hash) : null;
        if (block !== null) {
          this.#simulation.carry(peer, this, () => this.input({ kind: "block-fetched", block }));
        }
      });
    }
    this.#later(FETCH_RETRY_MS, () => {
      if (this.head.height < height && !this.state.height?.blocks.has(hash)) this.#fetch(height, hash);
    });
  }

  #find(hash: Hash): Block | null {
    const stored = this.chain.find(({ block }) => block.hash === hash)?.block;
    return stored ?? this.state.height?.blocks.get(hash) ?? this.record.block(hash);
  }

  #sync(from: string): void {
    const peer = this.#peer(from);
    if (peer === undefined) return;
    this.#simulation.carry(this, peer, () => {
      if (!peer.running) return;
      const missing = peer.chain.slice(this.head.height);
      this.#simulation.carry(peer, this, () => {
        if (this.running) for (const { block, certificate } of missing) this.#append(block, certificate);
      });
    });
  }

  #sendDecided(to: string, height: number): void {
    const peer = this.#peer(to);
    const stored = this.chain[height - 1];
    if (peer === undefined || stored === undefined) return;
    this.#simulation.carry(this, peer, () => {
      if (peer.running) peer.#append(stored.block, stored.certificate);
    });
  }
}
