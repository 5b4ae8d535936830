import type { EngineLog } from "../engine/engine.js";
import type { Frame, FrameEnd, Step } from "./observer.js";
import type { TraceEnd, TraceJson, Tracer, TraceStart } from "./tracer.js";

/** geth's muxTracer: several tracers of one run, their answers by name. */
export class MuxTracer implements Tracer {
  readonly #tracers: ReadonlyMap<string, Tracer>;
  readonly #all: readonly Tracer[];
  readonly step?: (step: Step) => Promise<void>;

  constructor(tracers: ReadonlyMap<string, Tracer>) {
    this.#tracers = tracers;
    this.#all = [...tracers.values()];
    const stepping = this.#all.filter((tracer) => tracer.step !== undefined);
    if (stepping.length === 0) return;
    this.step = async (step) => {
      for (const tracer of stepping) await tracer.step?.(step);
    };
  }

  async begin(start: TraceStart): Promise<void> {
    for (const tracer of this.#all) await tracer.begin?.(start);
  }

  enter(frame: Frame): void {
    for (const tracer of this.#all) tracer.enter?.(frame);
  }

  exit(end: FrameEnd): void {
    for (const tracer of this.#all) tracer.exit?.(end);
  }

  log(log: EngineLog): void {
    for (const tracer of this.#all) tracer.log?.(log);
  }

  async end(end: TraceEnd): Promise<void> {
    for (const tracer of this.#all) await tracer.end?.(end);
  }

  result(): Readonly<Record<string, TraceJson>> {
    return Object.fromEntries([...this.#tracers].map(([name, tracer]) => [name, tracer.result()]));
  }
}
