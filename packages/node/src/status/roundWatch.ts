import type { State } from "@causeway/consensus/state";
import type { Apply } from "../host/consensusHost.js";
import type { Clock } from "../ports/clock.js";

/** How long the core has been in its present round: the core itself knows no monotonic time (C13). */
export class RoundWatch {
  readonly #clock: Clock;
  #height: number | null = null;
  #round = 0;
  #enteredAtMs: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#enteredAtMs = clock.monotonicMs();
  }

  /** The same core, looked at after each step. */
  watching(apply: Apply<State>): Apply<State> {
    return (state, input) => {
      const step = apply(state, input);
      this.#look(step.state);
      return step;
    };
  }

  /** Milliseconds in the present round. */
  get inRoundMs(): number {
    return Math.round(this.#clock.monotonicMs() - this.#enteredAtMs);
  }

  #look({ height }: State): void {
    if (height === null) return;
    if (height.number === this.#height && height.round.number === this.#round) return;
    this.#height = height.number;
    this.#round = height.round.number;
    this.#enteredAtMs = this.#clock.monotonicMs();
  }
}
