import { Violation } from "../checkers/violation.js";
import { isCrash, type Life } from "../node/life.js";
import { PRIORITY, Scheduler } from "../time/scheduler.js";

/** A run of some minutes of virtual time has a hundredth of it. */
const STEPS_MAX = 5_000_000;
/** Turns of the promise queue after an event that began nothing long. */
const TURNS = 6;

/** Makes virtual time pass: one event after another, everything asynchronous settled between them. */
export class Clockwork {
  readonly #scheduler: Scheduler;
  readonly #pausedUntilMs: (node: number) => number;
  #violation: Error | null = null;
  #unsettled = false;

  /** @param pausedUntilMs until when a node's process is stopped. */
  constructor(startMs: number, pausedUntilMs: (node: number) => number) {
    this.#scheduler = new Scheduler(startMs);
    this.#pausedUntilMs = pausedUntilMs;
  }

  get nowMs(): number {
    return this.#scheduler.nowMs;
  }

  /** Events so far. */
  get steps(): number {
    return this.#scheduler.steps;
  }

  /** Run something at a node later, if that life of it still lasts; a paused node does it when it goes on. */
  at(
    node: { readonly index: number; readonly life: Life },
    delayMs: number,
    priority: number,
    run: () => void,
  ): () => void {
    const { index, life } = node;
    let cancel = () => {};
    const attempt = () => {
      if (!life.alive) return;
      const pausedMs = this.#pausedUntilMs(index) - this.nowMs;
      if (pausedMs > 0) cancel = this.#scheduler.schedule(pausedMs, priority, index, attempt);
      else {
        if (priority >= PRIORITY.timer) this.unsettle();
        this.guard(run);
      }
    };
    cancel = this.#scheduler.schedule(delayMs, priority, index, attempt);
    return () => cancel();
  }

  /** Something the world does. */
  later(delayMs: number, run: () => void): void {
    this.#scheduler.schedule(delayMs, PRIORITY.fault, -1, () => {
      this.unsettle();
      this.guard(run);
    });
  }

  /**
   * Run until `done` or a point in virtual time, letting everything asynchronous settle after each event.
   * @throws Violation, or whatever broke in the simulation itself.
   */
  async runUntil(done: () => boolean, endMs: number): Promise<boolean> {
    while (!done()) {
      if (this.steps > STEPS_MAX) throw new Violation("bounds", `more than ${STEPS_MAX} events`);
      const stepped = this.#scheduler.step(endMs);
      await this.#settle();
      if (this.#violation !== null) throw this.#violation;
      if (!stepped) return done();
    }
    return true;
  }

  /** Something began that takes many turns of promises: they all end before time moves on. */
  unsettle(): void {
    this.#unsettled = true;
  }

  /** What a checker throws inside a node must not be swallowed by the node's own error handling. */
  guard(run: () => void): void {
    try {
      run();
    } catch (error) {
      this.fail(error);
    }
  }

  /** The run ends with this error, unless a simulated crash threw it. */
  fail(error: unknown): void {
    if (isCrash(error)) return;
    this.#violation ??= error instanceof Error ? error : new Error(String(error));
  }

  /** A message without a block is dealt with in a few turns, and there are very many of those. */
  async #settle(): Promise<void> {
    if (this.#unsettled) {
      this.#unsettled = false;
      await new Promise((resolve) => setImmediate(resolve));
    } else {
      for (let turn = 0; turn < TURNS; turn++) await null;
    }
  }
}
