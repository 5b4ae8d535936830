import { concat, keccak256, toBeHex, zeroPadValue } from "ethers";
import { type Address, type Hash, type Hex, isHex, ZERO_ADDRESS } from "./hex.js";

/** No chain has more validators than this (C17). */
export const MAX_VALIDATORS = 64;

/** Validator addresses of one height, strictly ascending: S(h) of the rules. */
export type ValidatorSet = readonly Address[];

/** keccak256(abi.encode(address[])), V1. Equals the header's extraData and the checkpoint's validatorSetHash. */
export function validatorSetHash(set: ValidatorSet): Hash {
  const words = [toBeHex(32, 32), toBeHex(set.length, 32), ...set.map((a) => zeroPadValue(a, 32))];
  return keccak256(concat(words)) as Hash;
}

/** V2: addresses strictly ascending, without zero, size within [minValidators, 64]. */
export function isWellFormedSet(set: ValidatorSet, minValidators: number): boolean {
  if (set.length < minValidators || set.length > MAX_VALIDATORS) return false;
  return set.every(
    (address, i) => isHex(address, 20) && address > (i === 0 ? ZERO_ADDRESS : (set[i - 1] as Hex)),
  );
}

/**
 * C1: S(h)[(i + r) mod n] with i the index of the first address greater than parent.coinbase, wrapping to 0.
 * At h = 1 the genesis coinbase is zero, so i is 0 (V1).
 */
export function proposer(set: ValidatorSet, parentCoinbase: Address, round: number): Address {
  const first = set.findIndex((address) => address > parentCoinbase);
  return set[((first === -1 ? 0 : first) + round) % set.length] as Address;
}
