import { maxFaulty } from "@causeway/protocol/quorum";
import type { SeededRandom } from "../time/seededRandom.js";

/** What the operators do to the list of the ValidatorSet contract, by index of the node concerned. */
export interface SetChange {
  /** A node takes another key, or a machine becomes a validator, or stops being one. */
  readonly kind: "rotate" | "add" | "remove";
  readonly node: number;
}

export interface SetChanges {
  /** One after another: each begins when the one before is in the contract's list. */
  readonly changes: readonly SetChange[];
  /** How often the operators look what to do next, in milliseconds. */
  readonly everyMs: number;
}

export interface DrawnSet {
  /** S(1), as indices of nodes. */
  readonly first: readonly number[];
  readonly epochLength: number;
  readonly operators: SetChanges;
}

/** Share of the runs with a contract in which the set changes. */
const CHANGING_SHARE = 0.85;
const CHANGES_MAX = 4;
/** Smallest list that consensus accepts by default (V2). */
const VALIDATORS_MIN = 4;

/**
 * A first set and how it changes; no set on the way is so small that the traitors would be more than f of it.
 * @returns null for a run whose set stays.
 */
export function drawSetChanges(random: SeededRandom, nodes: number, traitors: number): DrawnSet | null {
  if (!random.chance(CHANGING_SHARE)) return null;
  const smallest = smallestFor(traitors);
  const everybody = random.shuffled(Array.from({ length: nodes }, (_, i) => i));
  const seated = new Set(everybody.slice(0, random.integer(smallest, nodes)));
  const first = [...seated].sort((a, b) => a - b);
  const rotated = new Set<number>();
  const count = random.integer(1, CHANGES_MAX);
  const changes: SetChange[] = [];
  while (changes.length < count) {
    const possible = everybody.flatMap((node): SetChange[] => {
      if (!seated.has(node)) return rotated.has(node) ? [] : [{ kind: "add", node }];
      const removal: SetChange[] = seated.size > smallest ? [{ kind: "remove", node }] : [];
      return rotated.has(node) ? removal : [{ kind: "rotate", node }, ...removal];
    });
    if (possible.length === 0) break;
    const kind = random.pick([...new Set(possible.map((change) => change.kind))]);
    const change = random.pick(possible.filter((each) => each.kind === kind));
    changes.push(change);
    if (change.kind === "rotate") rotated.add(change.node);
    else if (change.kind === "add") seated.add(change.node);
    else seated.delete(change.node);
  }
  const everyMs = random.pick([300, 800, 2_000]);
  return { first, epochLength: random.integer(3, 6), operators: { changes, everyMs } };
}

function smallestFor(traitors: number): number {
  let size = VALIDATORS_MIN;
  while (maxFaulty(size) < traitors) size += 1;
  return size;
}
