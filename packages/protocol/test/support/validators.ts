import { computeAddress, id, SigningKey } from "ethers";
import { type Authored, consensusDigest, type SigningPayload } from "../../src/consensusMessage.js";
import type { Address, Hash, Signature } from "../../src/hex.js";
import type { VoteDomain } from "../../src/voteDomain.js";

export interface Validator {
  readonly address: Address;
  sign(digest: Hash): Signature;
}

export const domain: VoteDomain = {
  chainId: 73_311,
  genesisHash: id("genesis") as Hash,
  overrides: [],
};

/** `count` validators, ascending by address. */
export function makeValidators(count: number): Validator[] {
  return Array.from({ length: count }, (_, i) => {
    const key = new SigningKey(id(`validator ${i}`));
    return {
      address: computeAddress(key.publicKey).toLowerCase() as Address,
      sign: (digest: Hash) => key.sign(digest).serialized as Signature,
    };
  }).sort((a, b) => (a.address < b.address ? -1 : 1));
}

export function author<S extends SigningPayload>(
  { address, sign }: Validator,
  signing: S,
): Authored<S["payload"]> {
  return {
    payload: signing.payload,
    author: address,
    signature: sign(consensusDigest(domain, signing)),
  };
}
