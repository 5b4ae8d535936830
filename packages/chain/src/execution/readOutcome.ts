import type { ExecutionOutcome } from "@causeway/protocol/executionOutcome";
import type { CausewayConfig } from "@causeway/protocol/genesis";
import { type Hash, ZERO_HASH } from "@causeway/protocol/hex";
import { ORDERED_INBOX_SLOTS, OUTBOX_SLOTS, PREDEPLOYS } from "@causeway/protocol/predeploys";
import type { ValidatorSet } from "@causeway/protocol/validatorSet";
import type { StateReader } from "../engine/engine.js";
import { slotKey } from "./slotKey.js";

/** Counts are uint64 at the low end of their slot. */
const UINT64_MASK = (1n << 64n) - 1n;

/** The checkpoint's fields that come from the state after a block (C3). */
export async function readOutcome(
  state: StateReader,
  blockHash: Hash,
  stateRoot: Hash,
  nextValidators: ValidatorSet,
  { bridge }: CausewayConfig,
): Promise<ExecutionOutcome> {
  if (bridge === null) {
    return {
      blockHash,
      stateRoot,
      outboxRoot: ZERO_HASH,
      outboxCount: 0,
      inboxAcc: ZERO_HASH,
      inboxCount: 0,
      nextValidators,
    };
  }
  const { outbox, orderedInbox } = PREDEPLOYS;
  return {
    blockHash,
    stateRoot,
    outboxRoot: await state.storage(outbox, slotKey(OUTBOX_SLOTS.root)),
    outboxCount: count(await state.storage(outbox, slotKey(OUTBOX_SLOTS.count))),
    inboxAcc: await state.storage(orderedInbox, slotKey(ORDERED_INBOX_SLOTS.acc)),
    inboxCount: count(await state.storage(orderedInbox, slotKey(ORDERED_INBOX_SLOTS.count))),
    nextValidators,
  };
}

function count(word: Hash): number {
  return Number(BigInt(word) & UINT64_MASK);
}
