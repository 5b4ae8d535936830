import type { Address, Hex } from "@causeway/protocol/hex";
import { toHex } from "../codec/hex.js";
import type { EngineLog } from "../engine/engine.js";
import type { ExecutionObserver, Frame, FrameEnd, FrameKind } from "./observer.js";
import type { TraceBudget } from "./traceBudget.js";

/** A log with its place. */
export interface PlacedLog extends EngineLog {
  /** In the block, as if nothing around it failed. */
  readonly index: number;
  /** Calls its frame had made before. */
  readonly position: number;
}

/** A frame with all that happened in it. */
export interface CallNode {
  readonly kind: FrameKind;
  readonly from: Address;
  /** Where a creation put its contract, or would have had it not failed; null where it did not begin. */
  to: Address | null;
  readonly precompile: boolean;
  readonly gas: bigint;
  gasUsed: bigint;
  readonly value: bigint | null;
  readonly input: Hex;
  output: Hex;
  /** geth's words. */
  error: string | null;
  readonly calls: CallNode[];
  readonly logs: PlacedLog[];
}

/** Characters of a frame or log besides its bytes. */
const NODE_CHARS = 400;
const LOG_CHARS = 200;
const TOPIC_CHARS = 70;

/** Gathers frames into the tree they make. */
export class CallTree implements ExecutionObserver {
  readonly #budget: TraceBudget;
  readonly #depthMax: number;
  readonly #open: { readonly node: CallNode; readonly firstLog: number }[] = [];
  #logs: number;
  #root: CallNode | null = null;

  /** @param depthMax deepest frame to keep. */
  constructor(budget: TraceBudget, firstLog = 0, depthMax = Number.POSITIVE_INFINITY) {
    this.#budget = budget;
    this.#logs = firstLog;
    this.#depthMax = depthMax;
  }

  /** The transaction's own frame; null when nothing ran. */
  get root(): CallNode | null {
    return this.#root;
  }

  enter({ kind, depth, from, to, precompile, gas, value, input }: Frame): void {
    if (depth > this.#depthMax) return;
    this.#budget.take(NODE_CHARS + 2 * input.length);
    const node: CallNode = {
      kind,
      from,
      to,
      precompile,
      gas,
      gasUsed: 0n,
      value,
      input: toHex(input),
      output: "0x",
      error: null,
      calls: [],
      logs: [],
    };
    this.#root ??= node;
    this.#open.at(-1)?.node.calls.push(node);
    this.#open.push({ node, firstLog: this.#logs });
  }

  exit({ depth, gasUsed, output, error, created }: FrameEnd): void {
    if (depth > this.#depthMax) return;
    const frame = this.#open.pop();
    if (frame === undefined) return;
    const { node, firstLog } = frame;
    this.#budget.take(2 * output.length);
    node.gasUsed = gasUsed;
    node.output = toHex(output);
    node.error = error;
    node.to ??= created;
    if (error !== null) this.#logs = firstLog;
  }

  log(log: EngineLog): void {
    const node = this.#open.at(-1)?.node;
    if (node === undefined) return;
    this.#budget.take(LOG_CHARS + log.data.length + TOPIC_CHARS * log.topics.length);
    node.logs.push({ ...log, index: this.#logs++, position: node.calls.length });
  }
}
