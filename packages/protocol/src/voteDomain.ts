import { keccak256 } from "ethers";
import { domainSeparator, type SigningDomain, saltedSeparator, word } from "./eip712.js";
import { concatHex, type Hash } from "./hex.js";
import type { ValidatorOverride } from "./validatorOverride.js";
import { validatorSetHash } from "./validatorSet.js";

/**
 * What binds the votes of a chain: PROPOSAL, PREPARE and ROUND-CHANGE name a height and a block but no set, so where an
 * override put another set in place their EIP-712 domain does (C2, V6). A COMMIT names its set and keeps the seals' domain.
 */
export interface VoteDomain extends SigningDomain {
  /** Those of the chain spec, ascending. */
  readonly overrides: readonly Pick<ValidatorOverride, "height" | "validators">[];
}

const separators = new WeakMap<VoteDomain, Map<number, Hash>>();

/** The salt of votes at a height: genesisHash, or with the override in force there keccak256(genesisHash ‖ uint256 H ‖ hash(validators)). */
export function voteSalt({ genesisHash, overrides }: VoteDomain, height: number): Hash {
  const override = overrides.findLast((one) => one.height <= height);
  if (override === undefined) return genesisHash;
  const { height: from, validators } = override;
  return keccak256(concatHex([genesisHash, word(from), validatorSetHash(validators)])) as Hash;
}

/** The separator of that domain; that of all other signatures at heights below every override. */
export function voteSeparator(domain: VoteDomain, height: number): Hash {
  const override = domain.overrides.findLast((one) => one.height <= height);
  if (override === undefined) return domainSeparator(domain);
  const known = separators.get(domain) ?? new Map<number, Hash>();
  separators.set(domain, known);
  const separator = known.get(override.height) ?? saltedSeparator(domain.chainId, voteSalt(domain, height));
  known.set(override.height, separator);
  return separator;
}
