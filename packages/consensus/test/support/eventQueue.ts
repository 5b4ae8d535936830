import TinyQueue from "tinyqueue";

interface Event {
  readonly atMs: number;
  readonly sequence: number;
  readonly run: () => void;
}

/** Virtual time: events by (time, sequence), so that a run is the same every time. */
export class EventQueue {
  nowMs: number;
  readonly #events = new TinyQueue<Event>([], (a, b) => a.atMs - b.atMs || a.sequence - b.sequence);
  #sequence = 0;

  constructor(startMs: number) {
    this.nowMs = startMs;
  }

  schedule(delayMs: number, run: () => void): void {
    this.#events.push({ atMs: this.nowMs + delayMs, sequence: this.#sequence++, run });
  }

  /** Run events until `done` or until `limitMs` of virtual time have passed. @returns whether `done` held. */
  runUntil(done: () => boolean, limitMs: number): boolean {
    const endMs = this.nowMs + limitMs;
    while (!done()) {
      const next = this.#events.peek();
      if (next === undefined || next.atMs > endMs) {
        this.nowMs = endMs;
        return done();
      }
      this.#events.pop();
      this.nowMs = next.atMs;
      next.run();
    }
    return true;
  }
}
