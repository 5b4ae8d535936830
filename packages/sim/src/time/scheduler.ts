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

/** Virtual time: a binary heap of events by (time, priority, node, sequence), so that a run is the same every time. */
export class Scheduler {
  /** Milliseconds since 1970 by the world's true clock. */
  nowMs: number;
  /** Events run so far. */
  steps = 0;
  readonly #heap: Event[] = [];
  #sequence = 0;

  constructor(startMs: number) {
    this.nowMs = startMs;
  }

  /** @returns what cancels the event. */
  schedule(delayMs: number, priority: number, node: number, run: () => void): () => void {
    const atMs = this.nowMs + Math.max(0, delayMs);
    const event: Event = { atMs, priority, node, sequence: this.#sequence++, run };
    this.#push(event);
    return () => {
      event.run = null;
    };
  }

  /** Move time to the next event not later than `endMs` and run it. @returns whether there was one. */
  step(endMs: number): boolean {
    for (;;) {
      const next = this.#heap[0];
      if (next === undefined || next.atMs > endMs) {
        this.nowMs = Math.max(this.nowMs, endMs);
        return false;
      }
      this.#pop();
      if (next.run === null) continue;
      this.nowMs = next.atMs;
      this.steps += 1;
      next.run();
      return true;
    }
  }

  #push(event: Event): void {
    const heap = this.#heap;
    let i = heap.push(event) - 1;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (!this.#isBefore(i, parent)) return;
      this.#swap(i, parent);
      i = parent;
    }
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    heap[0] = last;
    let i = 0;
    for (;;) {
      const [left, right] = [2 * i + 1, 2 * i + 2];
      let first = i;
      if (left < heap.length && this.#isBefore(left, first)) first = left;
      if (right < heap.length && this.#isBefore(right, first)) first = right;
      if (first === i) return;
      this.#swap(i, first);
      i = first;
    }
  }

  #isBefore(i: number, j: number): boolean {
    const a = this.#heap[i] as Event;
    const b = this.#heap[j] as Event;
    return (a.atMs - b.atMs || a.priority - b.priority || a.node - b.node || a.sequence - b.sequence) < 0;
  }

  #swap(i: number, j: number): void {
    const heap = this.#heap;
    const held = heap[i] as Event;
    heap[i] = heap[j] as Event;
    heap[j] = held;
  }
}
