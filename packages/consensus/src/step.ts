import type { Effect } from "./effect.js";
import type { HeightState, RoundState, State } from "./state.js";

/** One `apply` under way: handlers replace the state piece by piece and append effects. The state passed in stays as it was. */
export class Step {
  readonly effects: Effect[] = [];
  #state: State;

  constructor(state: State) {
    this.#state = state;
  }

  get state(): State {
    return this.#state;
  }

  /** The height being decided. @throws Error before the first `new-head`; the dispatcher lets nothing else through. */
  get height(): HeightState {
    if (this.#state.height === null) throw new Error("consensus input before the first new-head");
    return this.#state.height;
  }

  get round(): RoundState {
    return this.height.round;
  }

  /** F2, C4: a safety stop is the last effect of all. */
  emit(effect: Effect): void {
    if (!this.#state.halted) this.effects.push(effect);
  }

  update(change: Partial<State>): void {
    this.#state = { ...this.#state, ...change };
  }

  updateHeight(change: Partial<HeightState>): void {
    this.update({ height: { ...this.height, ...change } });
  }

  updateRound(change: Partial<RoundState>): void {
    this.updateHeight({ round: { ...this.round, ...change } });
  }
}
