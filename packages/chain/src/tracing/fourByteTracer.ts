import { toHex } from "../codec/hex.js";
import type { Frame } from "./observer.js";
import type { TraceBudget } from "./traceBudget.js";
import type { TraceJson, Tracer } from "./tracer.js";

const SELECTOR_BYTES = 4;
const ENTRY_CHARS = 40;

/** geth's 4byteTracer: how often each function selector was called, by "selector-size of arguments". */
export class FourByteTracer implements Tracer {
  readonly #counts = new Map<string, number>();
  readonly #budget: TraceBudget;

  constructor(budget: TraceBudget) {
    this.#budget = budget;
  }

  enter({ kind, input, precompile }: Frame): void {
    if (precompile || input.length < SELECTOR_BYTES) return;
    if (kind === "CREATE" || kind === "CREATE2" || kind === "SELFDESTRUCT") return;
    const key = `${toHex(input.subarray(0, SELECTOR_BYTES))}-${input.length - SELECTOR_BYTES}`;
    const count = this.#counts.get(key);
    if (count === undefined) this.#budget.take(ENTRY_CHARS);
    this.#counts.set(key, (count ?? 0) + 1);
  }

  result(): TraceJson {
    return Object.fromEntries(this.#counts);
  }
}
