import assert from "node:assert/strict";
import type { Block } from "@causeway/protocol/block";
import type { SigningPayload } from "@causeway/protocol/consensusMessage";
import type { Effect } from "../../src/effect.js";
import type { RecordEntry } from "../../src/recordEntry.js";
import { fakeSign } from "./fakeSigner.js";

/** W1: the order of steps within a round. */
const STEP = { "round-change": 0, proposal: 1, prepare: 2, commit: 3 } as const;

/** A safety record in memory that, like the real one, never goes backwards (W1). What was appended survives a crash. */
export class SafetyRecord {
  readonly entries: RecordEntry[] = [];

  /** @returns the stored entry: on an equal position the older one. */
  append({ author, signing, block, prepares }: Extract<Effect, { kind: "record" }>): RecordEntry {
    const last = this.entries.at(-1);
    const order = last === undefined ? 1 : comparePositions(signing, last.signing);
    assert(order >= 0, `W1: ${position(signing)} after ${last && position(last.signing)}`);
    if (order === 0 && last !== undefined) return last;
    assert(
      (block !== null) === (signing.kind === "proposal" || signing.kind === "prepare"),
      "W2: whole block",
    );
    assert(prepares.length > 0 === (signing.kind === "commit"), "W2: PREPAREs of a COMMIT");
    const entry = { author, signing, signature: fakeSign(author, signing), block, prepares };
    this.entries.push(entry);
    return entry;
  }

  above(height: number): RecordEntry[] {
    return this.entries.filter(({ signing }) => signing.payload.height > height);
  }

  block(hash: string): Block | null {
    return this.entries.find(({ block }) => block?.hash === hash)?.block ?? null;
  }
}

function comparePositions(a: SigningPayload, b: SigningPayload): number {
  return (
    a.payload.height - b.payload.height || a.payload.round - b.payload.round || STEP[a.kind] - STEP[b.kind]
  );
}

function position({ kind, payload }: SigningPayload): string {
  return `(${payload.height}, ${payload.round}, ${kind})`;
}
