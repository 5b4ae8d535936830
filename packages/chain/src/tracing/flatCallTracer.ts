import { type CallNode, CallTree } from "./callTree.js";
import { flatTraces, type TracePlace } from "./flatTraces.js";
import type { Frame, FrameEnd } from "./observer.js";
import { parityError } from "./parityErrors.js";
import type { TraceBudget } from "./traceBudget.js";
import type { TraceEnd, TraceJson, Tracer, TraceStart } from "./tracer.js";

export interface FlatCallOptions {
  readonly convertParityErrors?: boolean;
  readonly includePrecompiles?: boolean;
}

/** geth's flatCallTracer: Parity's list, with the gas of the whole transaction in its first frame. */
export class FlatCallTracer implements Tracer {
  readonly #options: FlatCallOptions;
  readonly #tree: CallTree;
  #gas = 0n;
  #gasUsed = 0n;
  #place: TracePlace = { blockHash: null, blockNumber: 0, transactionHash: null, transactionPosition: 0 };

  constructor(options: FlatCallOptions, budget: TraceBudget) {
    this.#options = options;
    this.#tree = new CallTree(budget);
  }

  begin({ gas, blockHash, blockNumber, hash, index }: TraceStart): void {
    this.#gas = gas;
    if (hash === null) return;
    this.#place = { blockHash, blockNumber, transactionHash: hash, transactionPosition: index };
  }

  enter(frame: Frame): void {
    this.#tree.enter(frame);
  }

  exit(end: FrameEnd): void {
    this.#tree.exit(end);
  }

  end({ gasUsed }: TraceEnd): void {
    this.#gasUsed = gasUsed;
  }

  result(): TraceJson {
    const { root } = this.#tree;
    if (root === null) return [];
    const { convertParityErrors = false, includePrecompiles = false } = this.#options;
    return flatTraces(
      { ...root, gas: this.#gas, gasUsed: this.#gasUsed },
      {
        leftOut: (call) => !includePrecompiles && isPlainPrecompileCall(call),
        errorWords: convertParityErrors ? parityError : (error) => error,
        place: { ...this.#place },
        noResult: undefined,
      },
    );
  }
}

function isPlainPrecompileCall({ precompile, kind }: CallNode): boolean {
  return precompile && (kind === "CALL" || kind === "STATICCALL");
}
