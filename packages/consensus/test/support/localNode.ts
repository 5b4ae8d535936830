import assert from "node:assert/strict";
import type { Block } from "@causeway/protocol/block";
import type { ConsensusMessage } from "@causeway/protocol/consensusMessage";
import type { Head } from "@causeway/protocol/head";
import type { Address, Hash } from "@causeway/protocol/hex";
import type { ConsensusConfig } from "../../src/config.js";
import type { Effect } from "../../src/effect.js";
import type { InputEvent } from "../../src/input.js";
import type { RecordEntry } from "../../src/recordEntry.js";
import { type HeightState, initialState, type State } from "../../src/state.js";
import type { Timer } from "../../src/timer.js";
import { apply } from "../../src/transition.js";
import { GENESIS_SECONDS, modelBlock, modelGenesis, modelOutcome, modelValidators } from "./modelChain.js";
import { Peers } from "./peers.js";
import { SafetyRecord } from "./safetyRecord.js";

type EffectOf<K extends Effect["kind"]> = Extract<Effect, { kind: K }>;
type MessageOf<K extends ConsensusMessage["kind"]> = Extract<ConsensusMessage, { kind: K }>;

export interface LocalNodeOptions {
  readonly validators?: number;
  /** Which validator this node is; null for a follower. Validator r proposes in round r of height 1. */
  readonly self: number | null;
  readonly restored?: readonly RecordEntry[];
  readonly config?: Partial<ConsensusConfig>;
  /** Answers that the test gives itself. */
  readonly holding?: readonly ("record" | "execute" | "build")[];
}

/**
 * One reducer at height 1, its answers from disk and execution given at once unless held, and peers that say what the
 * test lets them say.
 */
export class LocalNode {
  readonly validators: readonly Address[];
  readonly genesis: Head;
  readonly peers: Peers;
  readonly record = new SafetyRecord();
  readonly effects: Effect[] = [];
  nowMs = GENESIS_SECONDS * 1000;
  state: State;
  readonly #holding: Set<string>;
  #blockTimerAtMs = 0;

  constructor({ validators = 4, self, restored = [], config = {}, holding = [] }: LocalNodeOptions) {
    this.validators = modelValidators(validators);
    this.genesis = modelGenesis(this.validators);
    this.peers = new Peers(this, self);
    this.#holding = new Set(holding);
    const key = self === null ? [] : [this.peers.address(self)];
    this.state = initialState({ ...DEFAULTS, keys: key, ...config }, restored);
    this.input({ kind: "new-head", head: this.genesis });
  }

  get height(): HeightState {
    assert(this.state.height !== null);
    return this.state.height;
  }

  /** Block this node is prepared for. */
  prepared(): Hash | undefined {
    return this.height.prepared?.block.hash;
  }

  get round(): number {
    return this.height.round.number;
  }

  input(event: InputEvent): this {
    const { state, effects } = apply(this.state, { nowMs: this.nowMs, ...event });
    this.state = state;
    this.effects.push(...effects);
    for (const effect of effects) this.#answer(effect);
    return this;
  }

  /** A fresh block on the head. */
  block(fields: { coinbase: Address; timestamp?: number; salt?: string }): Block {
    return modelBlock(this.height.head, { timestamp: this.height.earliestTimestamp, ...fields });
  }

  /** Let a timer fire, the block timer at its time: the wall clock decides whether its deadline is past (C13). */
  expire(kind: Timer["kind"], round = this.round): this {
    if (kind === "block") this.nowMs = Math.max(this.nowMs, this.#blockTimerAtMs);
    return this.input({ kind: "timeout", timer: { kind, height: this.height.number, round } });
  }

  executes(block: Block, round = this.round): this {
    const outcome = modelOutcome(block, this.height.validators);
    const result = { ok: true, outcome } as const;
    return this.input({ kind: "executed", height: block.height, round, blockHash: block.hash, result });
  }

  failsToExecute(block: Block, rule: string): this {
    const result = { ok: false, rule } as const;
    const { round } = this;
    return this.input({ kind: "executed", height: block.height, round, blockHash: block.hash, result });
  }

  builds(block: Block, round = this.round): this {
    const outcome = modelOutcome(block, this.height.validators);
    return this.input({ kind: "built", height: block.height, round, block, outcome });
  }

  /** fsync of a held record effect. */
  records(effect: EffectOf<"record">): this {
    const { signing, author, signature } = this.record.append(effect);
    return this.input({ kind: "recorded", signing, author, signature });
  }

  of<K extends Effect["kind"]>(kind: K): EffectOf<K>[] {
    return this.effects.filter((effect): effect is EffectOf<K> => effect.kind === kind);
  }

  sent<K extends ConsensusMessage["kind"]>(kind: K): MessageOf<K>[] {
    return this.of("broadcast").flatMap(({ message }) => (isKind(message, kind) ? [message] : []));
  }

  asked(kind: ConsensusMessage["kind"]): EffectOf<"record">[] {
    return this.of("record").filter(({ signing }) => signing.kind === kind);
  }

  get refusals(): string[] {
    return this.of("refused").map(({ rule }) => rule);
  }

  forget(): this {
    this.effects.length = 0;
    return this;
  }

  #answer(effect: Effect): void {
    if (effect.kind === "set-timer" && effect.timer.kind === "block")
      this.#blockTimerAtMs = this.nowMs + effect.delayMs;
    if (this.#holding.has(effect.kind)) return;
    if (effect.kind === "record") this.records(effect);
    else if (effect.kind === "execute") this.executes(effect.block, effect.round);
    else if (effect.kind === "build") this.builds(this.block(effect), effect.round);
  }
}

function isKind<K extends ConsensusMessage["kind"]>(
  message: ConsensusMessage,
  kind: K,
): message is MessageOf<K> {
  return message.kind === kind;
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
