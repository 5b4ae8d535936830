import type { Address } from "@causeway/protocol/hex";
import { PREDEPLOYS, VALIDATOR_SET_SLOTS } from "@causeway/protocol/predeploys";
import { MAX_VALIDATORS, type ValidatorSet } from "@causeway/protocol/validatorSet";
import { fromHex, toHex } from "../codec/hex.js";
import { keccak256 } from "../crypto/nativeCrypto.js";
import type { StateReader } from "../engine/engine.js";
import { slotKey } from "./slotKey.js";

/** Solidity keeps the elements of a dynamic array from the hash of its slot on. */
export const FIRST_CONSENSUS_KEY_SLOT = BigInt(
  toHex(keccak256(fromHex(slotKey(VALIDATOR_SET_SLOTS.consensusKeys)))),
);

/**
 * The list in ValidatorSet's fixed slots (V2), not yet judged.
 * @returns null for a length no list may have; it is not read then.
 */
export async function readValidators(state: StateReader): Promise<ValidatorSet | null> {
  const length = BigInt(
    await state.storage(PREDEPLOYS.validatorSet, slotKey(VALIDATOR_SET_SLOTS.consensusKeys)),
  );
  if (length > BigInt(MAX_VALIDATORS)) return null;
  const set: Address[] = [];
  for (let i = 0n; i < length; i++) {
    const word = await state.storage(PREDEPLOYS.validatorSet, slotKey(FIRST_CONSENSUS_KEY_SLOT + i));
    set.push(`0x${word.slice(-40)}`);
  }
  return set;
}
