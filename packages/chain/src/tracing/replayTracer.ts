import { MuxTracer } from "./muxTracer.js";
import type { Frame, FrameEnd, Step } from "./observer.js";
import { ParityTracer } from "./parityTracer.js";
import { StateDiffTracer } from "./stateDiffTracer.js";
import type { TraceBudget } from "./traceBudget.js";
import type { TraceEnd, TraceJson, Tracer, TraceStart } from "./tracer.js";
import { VmTracer } from "./vmTracer.js";

/** What Parity's replays and calls are asked for. */
export type ReplayPart = "trace" | "stateDiff" | "vmTrace";

/** Parity's answer to a replay: the output, and of the rest what was asked for. */
export class ReplayTracer implements Tracer {
  readonly #frames: ParityTracer;
  readonly #parts: ReadonlySet<ReplayPart>;
  readonly #all: MuxTracer;
  readonly step?: (step: Step) => Promise<void>;

  constructor(parts: ReadonlySet<ReplayPart>, budget: TraceBudget) {
    this.#parts = parts;
    this.#frames = new ParityTracer(budget);
    const tracers = new Map<string, Tracer>([["trace", this.#frames]]);
    if (parts.has("stateDiff")) tracers.set("stateDiff", new StateDiffTracer(budget));
    if (parts.has("vmTrace")) tracers.set("vmTrace", new VmTracer(budget));
    this.#all = new MuxTracer(tracers);
    if (this.#all.step !== undefined) this.step = this.#all.step;
  }

  begin(start: TraceStart): Promise<void> {
    return this.#all.begin(start);
  }

  enter(frame: Frame): void {
    this.#all.enter(frame);
  }

  exit(end: FrameEnd): void {
    this.#all.exit(end);
  }

  end(end: TraceEnd): Promise<void> {
    return this.#all.end(end);
  }

  result(): { readonly [field: string]: TraceJson } {
    const { trace = [], stateDiff = null, vmTrace = null } = this.#all.result();
    return { output: this.#frames.output, stateDiff, trace: this.#parts.has("trace") ? trace : [], vmTrace };
  }
}
