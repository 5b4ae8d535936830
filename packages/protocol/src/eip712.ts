import { id, keccak256 } from "ethers";
import { concatHex, type Hash, type Hex } from "./hex.js";

/** What binds every signature of a consensus key to one chain: EIP-712 domain {"Causeway", "1", chainId, salt = genesisHash} (C2, X1). */
export interface SigningDomain {
  readonly chainId: number;
  readonly genesisHash: Hash;
}

const DOMAIN_TYPE_HASH = id("EIP712Domain(string name,string version,uint256 chainId,bytes32 salt)") as Hash;
/** Hashes of the name and version that every domain of ours starts with. */
export const DOMAIN_NAME_HASH = id("Causeway") as Hash;
export const DOMAIN_VERSION_HASH = id("1") as Hash;

const separators = new WeakMap<SigningDomain, Hash>();

export function domainSeparator(domain: SigningDomain): Hash {
  let separator = separators.get(domain);
  if (separator === undefined) {
    separator = saltedSeparator(domain.chainId, domain.genesisHash);
    separators.set(domain, separator);
  }
  return separator;
}

/** The separator of a domain {"Causeway", "1", chainId, salt}. */
export function saltedSeparator(chainId: number, salt: Hash): Hash {
  return keccak256(
    concatHex([DOMAIN_TYPE_HASH, DOMAIN_NAME_HASH, DOMAIN_VERSION_HASH, word(chainId), salt]),
  ) as Hash;
}

/** The 32-byte digest that is signed: keccak256(0x1901 ‖ domainSeparator ‖ structHash). */
export function typedDataDigest(domain: SigningDomain, structHash: Hash): Hash {
  return digestUnder(domainSeparator(domain), structHash);
}

/** {@link typedDataDigest} for a domain that is not the consensus one. */
export function digestUnder(separator: Hash, structHash: Hash): Hash {
  return keccak256(concatHex(["0x1901", separator, structHash])) as Hash;
}

/** keccak256 of the type hash and the already encoded 32-byte words of a struct. */
export function structHash(typeHash: Hash, words: readonly Hex[]): Hash {
  return keccak256(concatHex([typeHash, ...words])) as Hash;
}

/** Hash of an EIP-712 type string. */
export function typeHash(type: string): Hash {
  return id(type) as Hash;
}

/**
 * A non-negative integer as a 32-byte big-endian word.
 * @throws RangeError for what is no such integer, or too large.
 */
export function word(value: number | bigint): Hash {
  const digits = value.toString(16);
  if (
    value < 0 ||
    digits.length > WORD_DIGITS ||
    (typeof value === "number" && !Number.isSafeInteger(value))
  ) {
    throw new RangeError(`no 32-byte word holds ${value}`);
  }
  return `0x${digits.padStart(WORD_DIGITS, "0")}`;
}

/** Hexadecimal digits of a word. */
const WORD_DIGITS = 64;
