import type { Knobs } from "../run/knobs.js";

/** A change of one production file: text that occurs in it exactly once, and what stands there instead. */
export interface Edit {
  /** Module as the packages export it, e.g. "@causeway/consensus/rounds/changeRound". */
  readonly module: string;
  readonly from: string;
  readonly to: string;
}

/** A mistake one could make in production code, and that the simulator has to find. */
export interface Mutation {
  readonly name: string;
  /** The rule that no longer holds, e.g. "C8". */
  readonly rule: string;
  /** What is wrong with it. */
  readonly breaks: string;
  readonly edits: readonly Edit[];
  /** Runs in which it can be found; by default those of the model, which are fast. */
  readonly execution?: Knobs["execution"];
}
