import { zeroPadValue } from "ethers";
import { DOMAIN_NAME_HASH, DOMAIN_VERSION_HASH, digestUnder, structHash, typeHash, word } from "./eip712.js";
import type { Address, Hash } from "./hex.js";
import { PREDEPLOYS } from "./predeploys.js";

/** A candidate's word that its node runs, signed by its consensus key (V4, X1). */
export interface Ready {
  /** Address of the consensus key. */
  readonly candidate: Address;
  /** Hash of a block of the chain, at most {@link READY_BLOCKS_MAX} old when the transaction is executed. */
  readonly recentBlockHash: Hash;
}

/** How far back BLOCKHASH sees, in blocks. */
export const READY_BLOCKS_MAX = 256;

const DOMAIN_TYPE_HASH = typeHash(
  "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)",
);
const READY_TYPE_HASH = typeHash("Ready(address candidate,bytes32 recentBlockHash)");

/**
 * The digest a candidate signs. ValidatorSet has one address on every chain: of two chains with one chainId the block hash tells
 * which is meant.
 */
export function readyDigest(
  chainId: number,
  { candidate, recentBlockHash }: Ready,
  validatorSet: Address = PREDEPLOYS.validatorSet,
): Hash {
  const separator = structHash(DOMAIN_TYPE_HASH, [
    DOMAIN_NAME_HASH,
    DOMAIN_VERSION_HASH,
    word(chainId),
    addressWord(validatorSet),
  ]);
  return digestUnder(separator, structHash(READY_TYPE_HASH, [addressWord(candidate), recentBlockHash]));
}

function addressWord(address: Address): Hash {
  return zeroPadValue(address, 32) as Hash;
}
