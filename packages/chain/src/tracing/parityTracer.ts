import type { Hex } from "@causeway/protocol/hex";
import { type CallNode, CallTree } from "./callTree.js";
import { type FlatTrace, flatTraces } from "./flatTraces.js";
import type { Frame, FrameEnd } from "./observer.js";
import { parityError } from "./parityErrors.js";
import type { TraceBudget } from "./traceBudget.js";
import type { TraceJson, Tracer } from "./tracer.js";

/** Frames as Parity's trace_ methods answer them, for whoever shapes the answer. */
export class ParityTracer implements Tracer {
  readonly #tree: CallTree;

  constructor(budget: TraceBudget) {
    this.#tree = new CallTree(budget);
  }

  enter(frame: Frame): void {
    this.#tree.enter(frame);
  }

  exit(end: FrameEnd): void {
    this.#tree.exit(end);
  }

  get root(): CallNode | null {
    return this.#tree.root;
  }

  get output(): Hex {
    return this.#tree.root?.output ?? "0x";
  }

  /** @param place members beside each frame's own. */
  traces(place: { readonly [field: string]: TraceJson }): FlatTrace[] {
    const { root } = this.#tree;
    if (root === null) return [];
    // Parity shows calls to precompiles only where they move money.
    const leftOut = ({ precompile, value }: CallNode) => precompile && (value ?? 0n) === 0n;
    return flatTraces(root, { leftOut, errorWords: parityError, place, noResult: null });
  }

  result(): TraceJson {
    return this.traces({});
  }
}
