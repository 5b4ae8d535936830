import TinyQueue from "tinyqueue";

/** Of events at one time: what a node does right after what it is doing comes before what time or the network brings. */
export const PRIORITY = { soon: 0, arrival: 1, timer: 2, fault: 3 } as const;

interface Event {
  readonly atMs: number;
  readonly priority: number;
  /** Index of the node it concerns; -1 for the world. */
  readonly node: number;
  readonly sequence: number;
  run: (() => void) | null;
}

/** Virtual time: events by (time, priority, node, sequence), so that a run is the same every time. */
export class Scheduler {
  /** Milliseconds since 1970 by the world's true clock. */
  nowMs: number;
  /** Events run so far. */
  steps = 0;
  readonly #events = new TinyQueue<Event>([], order);
  #sequence = 0;

  constructor(startMs: number) {
    this.nowMs = startMs;
  }

  /** @returns what cancels the event. */
  schedule(delayMs: number, priority: number, node: number, run: () => void): () => void {
    const atMs = this.nowMs + Math.max(0, delayMs);
    const event: Event = { atMs, priority, node, sequence: this.#sequence++, run };
    this.#events.push(event);
    return () => {
      event.run = null;
    };
  }

  /** Move time to the next event not later than `endMs` and run it. @returns whether there was one. */
  step(endMs: number): boolean {
    for (;;) {
      const next = this.#events.peek();
      if (next === undefined || next.atMs > endMs) {
        this.nowMs = Math.max(this.nowMs, endMs);
        return false;
      }
      this.#events.pop();
      if (next.run === null) continue;
      this.nowMs = next.atMs;
      this.steps += 1;
      next.run();
      return true;
    }
  }
}

function order(a: Event, b: Event): number {
  return a.atMs - b.atMs || a.priority - b.priority || a.node - b.node || a.sequence - b.sequence;
}
