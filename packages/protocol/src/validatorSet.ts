import { keccak256 } from "ethers";
import { word } from "./eip712.js";
import { type Address, concatHex, type Hash, isHex, ZERO_ADDRESS } from "./hex.js";

/** No chain has more validators than this (C17). */
export const MAX_VALIDATORS = 64;

/** Validator addresses of one height, strictly ascending: S(h) of the rules. */
export type ValidatorSet = readonly Address[];

/** keccak256(abi.encode(address[])), V1. Equals the header's extraData and the checkpoint's validatorSetHash. */
export function validatorSetHash(set: ValidatorSet): Hash {
  let hash = hashes.get(set);
  if (hash === undefined) {
    hash = keccak256(concatHex([word(32), word(set.length), ...set.map((a) => word(BigInt(a)))])) as Hash;
    hashes.set(set, hash);
  }
  return hash;
}

/** Sets never change, and each is hashed again for every block it seals. */
const hashes = new WeakMap<ValidatorSet, Hash>();

/** V2: addresses strictly ascending, without zero, size within [minValidators, 64]. */
export function isWellFormedSet(set: ValidatorSet, minValidators: number): boolean {
  if (set.length < minValidators || set.length > MAX_VALIDATORS) return false;
  return set.every(
    (address, i) => isHex(address, 20) && address > (i === 0 ? ZERO_ADDRESS : (set[i - 1] as Address)),
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
