import type { Address, Hash } from "@causeway/protocol/hex";
import { PREDEPLOYS, VALIDATOR_SET_SLOTS } from "@causeway/protocol/predeploys";
import type { ValidatorOverride } from "@causeway/protocol/validatorOverride";
import { fromHex, toHex } from "../codec/hex.js";
import { keccak256 } from "../crypto/nativeCrypto.js";
import type { StateReader, StorageWrites } from "../engine/engine.js";
import { FIRST_CONSENSUS_KEY_SLOT, readValidators } from "./readValidators.js";
import { slotKey } from "./slotKey.js";

/**
 * What makes ValidatorSet hold an override's list (V6): the list and its length anew, what the old list held beyond
 * cleared; who leaves loses its operator, who stays keeps it, a newcomer is its own, unless the override names another.
 * @param state before the block.
 */
export async function validatorListWrites(
  state: StateReader,
  { validators, operators = {} }: ValidatorOverride,
): Promise<StorageWrites> {
  const old = (await readValidators(state)) ?? [];
  const slots = new Map<Hash, Hash>();
  slots.set(slotKey(VALIDATOR_SET_SLOTS.consensusKeys), slotKey(validators.length));
  for (let i = 0; i < Math.max(old.length, validators.length); i++) {
    slots.set(slotKey(FIRST_CONSENSUS_KEY_SLOT + BigInt(i)), slotKey(BigInt(validators[i] ?? 0)));
  }
  for (const key of old) if (!validators.includes(key)) slots.set(operatorSlot(key), slotKey(0));
  for (const key of validators) {
    const named = operators[key];
    if (named === undefined && old.includes(key)) continue;
    slots.set(operatorSlot(key), slotKey(BigInt(named ?? key)));
  }
  return { address: PREDEPLOYS.validatorSet, slots };
}

/** Slot of a mapping's value: keccak256(key ‖ slot of the mapping). */
export function operatorSlot(key: Address): Hash {
  const words = slotKey(BigInt(key)) + slotKey(VALIDATOR_SET_SLOTS.operators).slice(2);
  return toHex(keccak256(fromHex(words as Hash)));
}
