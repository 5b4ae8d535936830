import type { Effect } from "@causeway/consensus/effect";
import type { Input, InputEvent } from "@causeway/consensus/input";
import type { Timer } from "@causeway/consensus/timer";
import type { Block } from "@causeway/protocol/block";
import { consensusDigest } from "@causeway/protocol/consensusMessage";
import type { Hash } from "@causeway/protocol/hex";
import type { HostPorts } from "./hostPorts.js";
import { InputQueue, type QueueLimits } from "./inputQueue.js";
import { isRuleRefusal } from "./isRuleRefusal.js";
import { pause } from "./pause.js";

/** The core: one synchronous step. */
export type Apply<State> = (
  state: State,
  input: Input,
) => { readonly state: State; readonly effects: readonly Effect[] };

export interface HostOptions<State> {
  readonly apply: Apply<State>;
  readonly initialState: State;
  readonly queueLimits: QueueLimits;
  /** A block that the core holds for something it may still decide or propose, restored ones too (W3). */
  readonly knownBlock: (state: State, hash: Hash) => Block | null;
  /** Execution budget of a block being built, milliseconds (H4). */
  readonly buildMsMax: number;
}

type ExecutionResult = Extract<InputEvent, { kind: "executed" }>["result"];

/** Inputs applied before sockets and timers get their turn. */
const INPUTS_PER_TURN_MAX = 64;
/** Blocks being proposed that peers may ask for by hash (C2). */
const PROPOSED_BLOCKS_MAX = 16;
/** Pause after an execution that broke by a fault of this node (H5), doubling up to the cap. */
const RETRY_FIRST_MS = 1_000;
const RETRY_CAP_MS = 8_000;

/**
 * Runs the pure core: takes inputs off one queue, applies them one at a time and performs the effects in order. It alone
 * holds the consensus state; everything slow answers later, as an input on the same queue.
 */
export class ConsensusHost<State> {
  readonly #ports: HostPorts;
  readonly #options: HostOptions<State>;
  readonly #queue: InputQueue;
  readonly #timers = new Map<Timer["kind"], () => void>();
  /** Running builds and executions by (height, round). */
  readonly #work = new Map<string, Set<AbortController>>();
  readonly #fetching = new Map<Hash, { readonly height: number; readonly controller: AbortController }>();
  readonly #proposed = new Map<Hash, Block>();
  #state: State;
  #scheduled = false;
  #stopped = false;

  constructor(ports: HostPorts, options: HostOptions<State>) {
    this.#ports = ports;
    this.#options = options;
    this.#queue = new InputQueue(options.queueLimits, (peer) => ports.observer.dropped(peer));
    this.#state = options.initialState;
  }

  /** Read-only view for status and metrics. */
  get state(): State {
    return this.#state;
  }

  get queueLength(): number {
    return this.#queue.length;
  }

  /** Queue an event, stamped with the wall clock now (C13). */
  submit(event: InputEvent): void {
    if (this.#stopped) return;
    this.#queue.push({ ...event, nowMs: this.#ports.clock.wallMs() });
    this.#schedule();
  }

  /**
   * A block proposed at the current height, for peers that miss it and for this node itself. The blocks of the last PREPAREs
   * are in the record (W2), also after a restart: who proves one prepared need not be one who hands it out.
   */
  proposedBlock(hash: Hash): Block | null {
    const held = this.#proposed.get(hash) ?? this.#options.knownBlock(this.#state, hash);
    return held ?? this.#ports.records.block(hash);
  }

  /** Nothing is applied, sent or signed after this returns. */
  stop(): void {
    this.#stopped = true;
    for (const cancel of this.#timers.values()) cancel();
    this.#timers.clear();
    for (const running of this.#work.values()) for (const controller of running) controller.abort();
    for (const { controller } of this.#fetching.values()) controller.abort();
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.#ports.timers.soon(() => {
      this.#scheduled = false;
      this.#drain();
    });
  }

  #drain(): void {
    for (let i = 0; i < INPUTS_PER_TURN_MAX && !this.#stopped; i++) {
      const input = this.#queue.take();
      if (input === null) return;
      this.#step(input);
    }
    if (this.#queue.length > 0 && !this.#stopped) this.#schedule();
  }

  /** A core or a port that throws leaves a state nobody can vouch for: the node ends rather than sign on. */
  #step(input: Input): void {
    try {
      if (input.kind === "new-head") this.#headMoved(input);
      const { state, effects } = this.#options.apply(this.#state, input);
      this.#state = state;
      for (const effect of effects) {
        if (this.#stopped) return;
        this.#perform(effect);
      }
    } catch (error) {
      this.#fail(error);
    }
  }

  #headMoved({ head }: Extract<InputEvent, { kind: "new-head" }>): void {
    this.#ports.records.headMoved(head);
    for (const [hash, block] of this.#proposed) if (block.height <= head.height) this.#proposed.delete(hash);
    for (const { height, controller } of this.#fetching.values())
      if (height <= head.height) controller.abort();
  }

  #perform(effect: Effect) {
    const { transport, observer, importer } = this.#ports;
    switch (effect.kind) {
      case "record":
        return this.#record(effect);
      case "broadcast":
        return transport.broadcast(effect.message);
      case "send":
        return transport.send(effect.peer, effect.message);
      case "relay":
        return transport.relay(effect.message, effect.except);
      case "set-timer":
        return this.#setTimer(effect.timer, effect.delayMs);
      case "cancel-timer":
        return this.#cancelTimer(effect.timer);
      case "build":
        return this.#build(effect);
      case "execute":
        return this.#execute(effect);
      case "abort":
        return this.#abort(workKey(effect));
      case "commit":
        return this.#background(importer.commit(effect.block, effect.certificate));
      case "fetch-blocks":
        return this.#fetchOnly(effect.hashes, effect.height);
      case "sync":
        return transport.catchUp(effect.height, effect.peer);
      case "send-decided":
        return transport.sendDecided(effect.peer, effect.height);
      case "evidence":
        return observer.evidence(effect.evidence);
      case "refused":
        return observer.refused(effect);
      case "halt": {
        const { kind: _kind, ...halt } = effect;
        this.stop();
        return observer.halted(halt);
      }
    }
  }

  #record({ author, signing, block, prepares }: Extract<Effect, { kind: "record" }>): void {
    const digest = () => consensusDigest(this.#ports.domain, signing);
    const entry = this.#ports.records.sign({ author, signing, block, prepares }, digest);
    if (entry === null) return;
    this.submit({ kind: "recorded", author, signing: entry.signing, signature: entry.signature });
  }

  #setTimer(timer: Timer, delayMs: number): void {
    this.#cancelTimer(timer.kind);
    const cancel = this.#ports.timers.after(delayMs, () => {
      this.#timers.delete(timer.kind);
      this.submit({ kind: "timeout", timer });
    });
    this.#timers.set(timer.kind, cancel);
  }

  #cancelTimer(kind: Timer["kind"]): void {
    this.#timers.get(kind)?.();
    this.#timers.delete(kind);
  }

  #build(effect: Extract<Effect, { kind: "build" }>): void {
    const { height, round, parentHash, coinbase, timestamp } = effect;
    this.#ports.observer.proposalSeen(height);
    const request = { height, parentHash, coinbase, timestamp, deadlineMs: this.#options.buildMsMax };
    this.#run(effect, async (signal) => {
      const { block, outcome } = await this.#ports.execution.build(request, signal);
      this.#remember(block);
      this.submit({ kind: "built", height, round, block, outcome });
    });
  }

  #execute(effect: Extract<Effect, { kind: "execute" }>): void {
    const { height, round, block } = effect;
    this.#ports.observer.proposalSeen(height);
    this.#remember(block);
    this.#run(effect, async (signal) => {
      const result = await this.#executionResult(effect, signal);
      this.submit({ kind: "executed", height, round, blockHash: block.hash, result });
    });
  }

  /**
   * A fault of this node says nothing of the block: no answer, no blame, no vote (H5). Until the round is left the execution
   * is tried again, and a decided height is not left without it: no timer runs there any more (C4).
   * @throws when the signal aborts, or what sync has overtaken fails.
   */
  async #executionResult(
    { height, round, block }: Extract<Effect, { kind: "execute" }>,
    signal: AbortSignal,
  ): Promise<ExecutionResult> {
    const { execution, log, timers } = this.#ports;
    for (let pauseMs = RETRY_FIRST_MS; ; pauseMs = Math.min(2 * pauseMs, RETRY_CAP_MS)) {
      try {
        return { ok: true, outcome: await execution.execute(block, signal) };
      } catch (error) {
        if (signal.aborted || this.#isPast(height)) throw error;
        if (isRuleRefusal(error)) return { ok: false, rule: error.code };
        log.error(
          { height, round, hash: block.hash, rule: "H5", err: error },
          `block ${height} could not be executed: a fault of this node, not of the block; tried again in ${pauseMs / 1_000} s`,
        );
      }
      await pause(timers, pauseMs, signal);
    }
  }

  /** Run work for a round, aborted when the round is left (H4). */
  #run(effect: { height: number; round: number }, task: (signal: AbortSignal) => Promise<void>): void {
    const key = workKey(effect);
    const controller = new AbortController();
    const running = this.#work.get(key) ?? new Set();
    this.#work.set(key, running.add(controller));
    task(controller.signal)
      .catch((error: unknown) => {
        const { height, round } = effect;
        if (controller.signal.aborted || this.#isPast(height)) return;
        this.#ports.log.error({ height, round, rule: "H5", err: error }, "building a block failed");
      })
      .finally(() => {
        running.delete(controller);
        if (running.size === 0) this.#work.delete(key);
      });
  }

  /**
   * Whether the chain has the height already, by sync, and its `new-head` is still on the way. What is then built or
   * executed on the wrong parent fails by a rule that the block does not break: told to the core, it could halt (C4).
   */
  #isPast(height: number): boolean {
    return this.#ports.execution.head().height >= height;
  }

  #abort(key: string): void {
    for (const controller of this.#work.get(key) ?? []) controller.abort();
  }

  /** The core waits for these blocks and for none it asked for before. */
  #fetchOnly(hashes: readonly Hash[], height: number): void {
    for (const [hash, { controller }] of this.#fetching) {
      if (hashes.includes(hash)) continue;
      controller.abort();
      this.#fetching.delete(hash);
    }
    for (const hash of hashes) this.#fetch(hash, height);
  }

  #fetch(hash: Hash, height: number): void {
    if (this.#fetching.has(hash)) return;
    const own = this.proposedBlock(hash);
    if (own !== null) {
      this.submit({ kind: "block-fetched", block: own });
      return;
    }
    const controller = new AbortController();
    this.#fetching.set(hash, { height, controller });
    this.#ports.transport
      .fetchBlock(hash, controller.signal)
      .then((block) => this.submit({ kind: "block-fetched", block }))
      .catch((error: unknown) => {
        if (!controller.signal.aborted)
          this.#ports.log.warn({ block: hash, err: error }, "fetching a block failed");
      })
      .finally(() => {
        if (this.#fetching.get(hash)?.controller === controller) this.#fetching.delete(hash);
      });
  }

  #remember(block: Block): void {
    this.#proposed.set(block.hash, block);
    for (const hash of this.#proposed.keys()) {
      if (this.#proposed.size <= PROPOSED_BLOCKS_MAX) return;
      this.#proposed.delete(hash);
    }
  }

  #background(task: Promise<void>): void {
    task.catch((error: unknown) => this.#fail(error));
  }

  #fail(error: unknown): void {
    if (this.#stopped) return;
    this.stop();
    this.#ports.observer.failed(error);
  }
}

function workKey({ height, round }: { height: number; round: number }): string {
  return `${height}/${round}`;
}
