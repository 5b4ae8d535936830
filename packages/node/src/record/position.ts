import type { SigningPayload } from "@causeway/protocol/consensusMessage";

/** Order of signing within a round (W1). */
const STEP = { "round-change": 0, proposal: 1, prepare: 2, commit: 3 } as const;

/** Where in the protocol a signature stands: a key signs at most once per position, and never backwards (W1). */
export interface Position {
  readonly height: number;
  readonly round: number;
  readonly step: SigningPayload["kind"];
}

export function positionOf({ kind, payload }: SigningPayload): Position {
  return { height: payload.height, round: payload.round, step: kind };
}

/** Negative when a comes before b, 0 when equal. */
export function comparePositions(a: Position, b: Position): number {
  return a.height - b.height || a.round - b.round || STEP[a.step] - STEP[b.step];
}

export function positionKey({ height, round, step }: Position): string {
  return `${height}/${round}/${step}`;
}
