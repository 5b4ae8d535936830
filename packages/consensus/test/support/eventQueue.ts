interface Event {
  readonly atMs: number;
  readonly sequence: number;
  readonly run: () => void;
}

/** Virtual time: a binary heap of events by (time, sequence), so that a run is the same every time. */
export class EventQueue {
  nowMs: number;
  readonly #heap: Event[] = [];
  #sequence = 0;

  constructor(startMs: number) {
    this.nowMs = startMs;
  }

  schedule(delayMs: number, run: () => void): void {
    this.#push({ atMs: this.nowMs + delayMs, sequence: this.#sequence++, run });
  }

  /** Run events until `done` or until `limitMs` of virtual time have passed. @returns whether `done` held. */
  runUntil(done: () => boolean, limitMs: number): boolean {
    const endMs = this.nowMs + limitMs;
    while (!done()) {
      const next = this.#heap[0];
      if (next === undefined || next.atMs > endMs) {
        this.nowMs = endMs;
        return done();
      }
      this.#pop();
      this.nowMs = next.atMs;
      next.run();
    }
    return true;
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
    const [a, b] = [this.#heap[i], this.#heap[j]];
    if (a === undefined || b === undefined) return false;
    return a.atMs < b.atMs || (a.atMs === b.atMs && a.sequence < b.sequence);
  }

  #swap(i: number, j: number): void {
    const [a, b] = [this.#heap[i], this.#heap[j]];
    if (a === undefined || b === undefined) return;
    this.#heap[i] = b;
    this.#heap[j] = a;
  }
}
