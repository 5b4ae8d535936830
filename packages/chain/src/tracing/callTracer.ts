import type { Address, Hex } from "@causeway/protocol/hex";
import { revertReason } from "../codec/revertReason.js";
import type { EngineLog } from "../engine/engine.js";
import { type CallNode, CallTree, type PlacedLog } from "./callTree.js";
import type { Frame, FrameEnd } from "./observer.js";
import type { TraceBudget } from "./traceBudget.js";
import { quantity } from "./traceFormat.js";
import type { TraceEnd, TraceJson, Tracer, TraceStart } from "./tracer.js";

export interface CallTracerOptions {
  readonly onlyTopCall?: boolean;
  readonly withLog?: boolean;
}

/** geth's callTracer: frames inside frames. */
export class CallTracer implements Tracer {
  readonly #options: CallTracerOptions;
  readonly #budget: TraceBudget;
  #tree: CallTree;
  #gas = 0n;
  #gasUsed = 0n;
  #depth = 0;

  constructor(options: CallTracerOptions, budget: TraceBudget) {
    this.#options = options;
    this.#budget = budget;
    this.#tree = new CallTree(budget);
  }

  begin({ gas, firstLogIndex }: TraceStart): void {
    this.#gas = gas;
    const { onlyTopCall = false } = this.#options;
    this.#tree = new CallTree(this.#budget, firstLogIndex, onlyTopCall ? 0 : undefined);
  }

  enter(frame: Frame): void {
    this.#depth = frame.depth;
    this.#tree.enter(frame);
  }

  exit(end: FrameEnd): void {
    this.#depth = end.depth - 1;
    this.#tree.exit(end);
  }

  log(log: EngineLog): void {
    const { withLog = false, onlyTopCall = false } = this.#options;
    if (withLog && !(onlyTopCall && this.#depth > 0)) this.#tree.log(log);
  }

  end({ gasUsed }: TraceEnd): void {
    this.#gasUsed = gasUsed;
  }

  result(): TraceJson {
    const { root } = this.#tree;
    if (root === null) return null;
    const whole = { gas: quantity(this.#gas), gasUsed: quantity(this.#gasUsed) };
    return { ...formatCall(root, false), ...whole };
  }
}

function formatCall(node: CallNode, insideFailed: boolean): { [field: string]: TraceJson } {
  const failed = insideFailed || node.error !== null;
  const creates = node.kind === "CREATE" || node.kind === "CREATE2";
  return {
    type: node.kind,
    from: node.from,
    ...(node.to === null || (creates && node.error !== null) ? {} : { to: node.to }),
    gas: quantity(node.gas),
    gasUsed: quantity(node.gasUsed),
    input: node.input,
    ...(node.output === "0x" ? {} : { output: node.output }),
    ...failure(node),
    ...(node.calls.length === 0 ? {} : { calls: node.calls.map((call) => formatCall(call, failed)) }),
    // Logs of what failed are gone.
    ...(node.logs.length === 0 || failed ? {} : { logs: node.logs.map(formatLog) }),
    ...(node.value === null ? {} : { value: quantity(node.value) }),
  };
}

function failure({ error, output }: CallNode): { error?: string; revertReason?: string } {
  if (error === null) return {};
  const reason = revertReason(output);
  return reason === null ? { error } : { error, revertReason: reason };
}

function formatLog({ address, topics, data, index, position }: PlacedLog): {
  readonly address: Address;
  readonly topics: readonly Hex[];
  readonly data: Hex;
  readonly index: Hex;
  readonly position: Hex;
} {
  return { address, topics, data, index: quantity(index), position: quantity(position) };
}
