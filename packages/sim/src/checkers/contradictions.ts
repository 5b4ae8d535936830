import type { ConsensusMessage } from "@causeway/protocol/consensusMessage";
import type { Address, Hash, Signature } from "@causeway/protocol/hex";
import { positionOf } from "./checkers.js";

/** Honest validators only prepare what they executed: both blocks are valid ones. */
export const TWO_BLOCKS_PREPARED = "honest validators prepare two blocks of a round";

export interface ContradictionWorld {
  readonly isHonestKey: (key: Address) => boolean;
  /** Of a validator that is run twice. */
  readonly isTwinKey: (key: Address) => boolean;
  /** Something a run may show: coverage. */
  readonly showed: (what: string) => void;
}

/** Tells when byzantine validators have brought about what they are for: coverage, and no rule broken. */
export class Contradictions {
  readonly #world: ContradictionWorld;
  /** What the machines of a twin have signed, by position. */
  readonly #signed = new Map<string, Set<Signature>>();
  /** Blocks that honest validators have prepared, by height and round. */
  readonly #prepared = new Map<string, Set<Hash>>();

  constructor(world: ContradictionWorld) {
    this.#world = world;
  }

  sent(message: ConsensusMessage): void {
    const { isHonestKey, isTwinKey, showed } = this.#world;
    const { author, kind, payload, signature } = message;
    // The same payload has the same signature.
    if (isTwinKey(author) && isAnother(this.#signed, positionOf(message), signature)) showed("actor twin");
    if (kind !== "prepare" || !isHonestKey(author)) return;
    if (isAnother(this.#prepared, `${payload.height}/${payload.round}`, payload.blockHash))
      showed(TWO_BLOCKS_PREPARED);
  }
}

/** Whether a value is new at a place that has one. */
function isAnother<T>(known: Map<string, Set<T>>, place: string, value: T): boolean {
  const values = known.get(place) ?? new Set<T>();
  known.set(place, values);
  const isNew = !values.has(value);
  values.add(value);
  return isNew && values.size > 1;
}
