/** Longest time that requests together hold the event loop, in milliseconds. */
const SLICE_MS_MAX = 10;
/** Requests that have had so many turns are long ones, and alike. */
const LONG_TURNS = 3;

interface Waiter {
  /** Counts up from one to the next. */
  readonly number: number;
  readonly resume: () => void;
}

/**
 * Shares the event loop among the requests of a server: once they have held it for a slice, each waits for its turn, and
 * between two turns whatever has come in is taken up. So a thousand long requests delay a short one by a few slices, not
 * by a slice each.
 */
export class Turns {
  readonly #now: () => number;
  /** By the turns they have had, first come first. */
  readonly #waiting: readonly Waiter[][] = Array.from({ length: LONG_TURNS + 1 }, () => []);
  #waited = 0;
  /** When the slice began; null before anything has run in this round of the event loop. */
  #sliceStart: number | null = null;
  #scheduled = false;
  #oldestIsNext = false;

  /** @param now monotonic milliseconds. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** Whether a request may go on without waiting. */
  mayGoOn(): boolean {
    this.#schedule();
    this.#sliceStart ??= this.#now();
    return this.#now() - this.#sliceStart <= SLICE_MS_MAX;
  }

  /** Resolves when it is a request's turn. @param had turns that it has had before. */
  next(had: number): Promise<void> {
    return new Promise((resume) => {
      this.#waiting[Math.min(had, LONG_TURNS)]?.push({ number: this.#waited++, resume });
      this.#schedule();
    });
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => this.#turn());
  }

  /** One request a round: what others did in it would delay what has come in. */
  #turn(): void {
    this.#scheduled = false;
    const next = this.#take();
    this.#sliceStart = next === undefined ? null : this.#now();
    next?.resume();
    // Also after the last one: a slice ends with the round.
    if (next !== undefined) this.#schedule();
  }

  /** Alternately who has had the fewest turns, and who waits for longest: no stream of requests keeps another from its end. */
  #take(): Waiter | undefined {
    const queues = this.#waiting.filter(({ length }) => length > 0);
    const queue = this.#oldestIsNext ? queues.reduce(older, queues[0] ?? []) : queues[0];
    this.#oldestIsNext = !this.#oldestIsNext;
    return queue?.shift();
  }
}

/** The one whose first waits for longer. */
function older(a: Waiter[], b: Waiter[]): Waiter[] {
  return (a[0]?.number ?? 0) <= (b[0]?.number ?? 0) ? a : b;
}
