import type { ConsensusMessage } from "@causeway/protocol/consensusMessage";
import type { Address } from "@causeway/protocol/hex";
import type { ValidatorSet } from "@causeway/protocol/validatorSet";
import type { ConsensusConfig } from "../../src/config.js";
import { Checkers } from "./checkers.js";
import { EventQueue } from "./eventQueue.js";
import { GENESIS_SECONDS, modelGenesis, modelValidators } from "./modelChain.js";
import { SimulatedNode } from "./simulatedNode.js";

export interface SimulationOptions {
  readonly validators: number;
  /** S(height + 1) as a part of all validators; by default all of them, always. */
  readonly setAfter?: (height: number, all: readonly Address[]) => ValidatorSet;
  /** Nodes without a key. */
  readonly followers?: number;
  /** So many validators, from the first, run twice with one key and two records: byzantine by contradicting themselves. */
  readonly twins?: number;
  /** Random numbers in [0, 1); without it every delay is its shortest. */
  readonly random?: () => number;
  readonly config?: Partial<ConsensusConfig>;
  /** Is there always a transaction to include (C14)? Default true. */
  readonly transactions?: boolean;
}

const LATENCY_MS = 10;

/** Validators and followers in one process: virtual clock, network with faults, durable records, real reducers. */
export class Simulation {
  readonly queue = new EventQueue(GENESIS_SECONDS * 1000);
  readonly checkers: Checkers;
  readonly validators: readonly Address[];
  readonly nodes: readonly SimulatedNode[];
  readonly random: () => number;
  readonly setAfter: (height: number) => ValidatorSet;
  /** Faults: probability that a message is lost or doubled, longest delay, and links that are cut. */
  loss = 0;
  duplication = 0;
  maxDelayMs = LATENCY_MS;
  isCut: (from: SimulatedNode, to: SimulatedNode) => boolean = () => false;
  /** Sees every message before it travels; returning false loses it. */
  passes: (message: ConsensusMessage, from: SimulatedNode, to: SimulatedNode) => boolean = () => true;
  transactions: boolean;

  constructor(options: SimulationOptions) {
    this.random = options.random ?? (() => 0);
    this.transactions = options.transactions ?? true;
    this.validators = modelValidators(options.validators);
    const twins = this.validators.slice(0, options.twins ?? 0);
    this.checkers = new Checkers(twins);
    this.setAfter = (height) => options.setAfter?.(height, this.validators) ?? this.validators;
    const genesis = modelGenesis(this.setAfter(0));
    const followers = Array.from({ length: options.followers ?? 0 }, () => null);
    this.nodes = [...this.validators, ...twins, ...followers].map((key, i) => {
      const config = { ...DEFAULTS, ...options.config, keys: key === null ? [] : [key] };
      return new SimulatedNode(this, `node-${i}`, config, genesis);
    });
  }

  node(i: number): SimulatedNode {
    const node = this.nodes[i];
    if (node === undefined) throw new RangeError(`no node ${i}`);
    return node;
  }

  start(): this {
    for (const node of this.nodes) node.start();
    return this;
  }

  /** Carry something from one node to another, as badly as the network is at the moment. */
  carry(from: SimulatedNode, to: SimulatedNode, deliver: () => void): void {
    if (this.isCut(from, to) || this.random() < this.loss) return;
    const copies = this.random() < this.duplication ? 2 : 1;
    for (let i = 0; i < copies; i++) {
      this.queue.schedule(LATENCY_MS + this.random() * (this.maxDelayMs - LATENCY_MS), () => {
        if (!this.isCut(from, to)) deliver();
      });
    }
  }

  heal(): void {
    this.loss = 0;
    this.duplication = 0;
    this.maxDelayMs = LATENCY_MS;
    this.isCut = () => false;
    this.passes = () => true;
    for (const node of this.nodes) if (!node.running) node.start();
  }

  /** @returns whether all running nodes reached `height` within so much virtual time. */
  reaches(height: number, withinSeconds: number, nodes = this.nodes): boolean {
    const done = () => nodes.every((node) => !node.running || node.head.height >= height);
    return this.queue.runUntil(done, withinSeconds * 1000);
  }

  wait(seconds: number): void {
    this.queue.runUntil(() => false, seconds * 1000);
  }

  get highest(): number {
    return Math.max(...this.nodes.map((node) => node.head.height));
  }
}

const DEFAULTS: ConsensusConfig = {
  blockPeriodSeconds: 1,
  emptyBlockPeriodSeconds: 10,
  requestTimeoutMs: 4000,
  maxRequestTimeoutMs: 60_000,
  keys: [],
  keysWithoutRecord: [],
  startedAtSeconds: GENESIS_SECONDS,
};
