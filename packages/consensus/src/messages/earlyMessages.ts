import type { ConsensusMessage } from "@causeway/protocol/consensusMessage";
import type { EarlyMessage } from "../state.js";
import type { Step } from "../step.js";

/**
 * C12: of height + 1, one message of each kind per validator, the one of the highest round. S(h + 1) is not known yet;
 * authors outside S(h) have to send again (C11), so that strangers take no memory.
 */
export function keepEarly(step: Step, peer: string, message: ConsensusMessage): void {
  const { author, kind, payload } = message;
  if (!step.height.validators.includes(author)) return;
  const held = step.state.early.get(author);
  const same = held?.get(kind);
  if (same !== undefined && same.message.payload.round >= payload.round) return;
  const kept = new Map(held).set(kind, { peer, message });
  step.update({ early: new Map(step.state.early).set(author, kept) });
}

/** Take out what was kept for the height just entered, in the order of its set and of the protocol's steps. */
export function takeEarly(step: Step): EarlyMessage[] {
  const { early } = step.state;
  step.update({ early: new Map() });
  return STEPS.flatMap((kind) =>
    step.height.validators.flatMap((author) => early.get(author)?.get(kind) ?? []),
  ).filter(({ message }) => message.payload.height === step.height.number);
}

const STEPS = ["round-change", "proposal", "prepare", "commit"] as const;
