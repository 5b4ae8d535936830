import type { RecordEntry } from "@causeway/consensus/recordEntry";

/** Rounds with a block of which a restarted node knows what it accepted (C12). */
const ACCEPTED_ROUNDS = 2;

/**
 * The entries that a resumed height is made of (W3); what a key says later, it says at positions after all of these (W1). Of each
 * height: its last rounds with a block, the round of its last COMMIT, which holds the prepared certificate, and
 * its last ROUND-CHANGE with what that claims (C11). A stall of thousands of rounds, each with a block of its own, is no
 * more than that.
 */
export function stillNeeded(entries: readonly RecordEntry[]): RecordEntry[] {
  const rounds = new Map<number, ReadonlySet<number>>();
  for (const height of new Set(entries.map(heightOf)))
    rounds.set(height, neededRounds(entries.filter((entry) => heightOf(entry) === height)));
  return entries.filter((entry) => rounds.get(heightOf(entry))?.has(roundOf(entry)) === true);
}

function neededRounds(entries: readonly RecordEntry[]): ReadonlySet<number> {
  const withBlock = new Set(entries.filter(({ block }) => block !== null).map(roundOf));
  const lastOf = (kind: string) => entries.findLast(({ signing }) => signing.kind === kind);
  const roundChange = lastOf("round-change");
  return new Set([
    ...[...withBlock].slice(-ACCEPTED_ROUNDS),
    ...[lastOf("commit"), roundChange].flatMap((entry) => (entry === undefined ? [] : [roundOf(entry)])),
    ...claimedRound(roundChange),
  ]);
}

function claimedRound(entry: RecordEntry | undefined): number[] {
  if (entry?.signing.kind !== "round-change" || entry.signing.payload.prepared === null) return [];
  return [entry.signing.payload.prepared.round];
}

function heightOf({ signing }: RecordEntry): number {
  return signing.payload.height;
}

function roundOf({ signing }: RecordEntry): number {
  return signing.payload.round;
}
