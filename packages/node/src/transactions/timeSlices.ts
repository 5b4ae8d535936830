import type { Clock } from "../ports/clock.js";
import type { Timers } from "../ports/timers.js";

/** Longest that a row of small steps holds the event loop, in milliseconds: consensus waits behind it. */
const SLICE_MS = 5;

/** Cuts a row of small steps, each of which may never wait for anything, into slices between which all else has its turn. */
export class TimeSlices {
  readonly #clock: Clock;
  readonly #timers: Timers;
  #startedAt: number;

  constructor({ clock, timers }: { readonly clock: Clock; readonly timers: Timers }) {
    this.#clock = clock;
    this.#timers = timers;
    this.#startedAt = clock.monotonicMs();
  }

  /** Resolves when the next step may be done. */
  async next(): Promise<void> {
    while (this.#clock.monotonicMs() - this.#startedAt > SLICE_MS) {
      const slice = this.#startedAt;
      await new Promise<void>((resolve) => void this.#timers.after(0, resolve));
      // The first that comes back begins a slice, for all that waited.
      if (this.#startedAt === slice) this.#startedAt = this.#clock.monotonicMs();
    }
  }
}
