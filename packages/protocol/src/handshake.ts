import { keccak256 } from "ethers";
import { type SigningDomain, structHash, typedDataDigest, typeHash } from "./eip712.js";
import type { Hash, Hex } from "./hex.js";

/** What a validator key signs to prove itself for one channel (N1, X1). */
export interface Handshake {
  /** The signer's own peer id, its multihash bytes. */
  readonly peer: Hex;
  readonly remotePeer: Hex;
  /** The 32 bytes the remote drew for this channel: no signature can be replayed. */
  readonly remoteNonce: Hash;
}

const HANDSHAKE_TYPE_HASH = typeHash("Handshake(bytes peer,bytes remotePeer,bytes32 remoteNonce)");

/** The digest signed in the handshake; the domain binds it to one genesis. */
export function handshakeDigest(domain: SigningDomain, { peer, remotePeer, remoteNonce }: Handshake): Hash {
  const words = [keccak256(peer) as Hash, keccak256(remotePeer) as Hash, remoteNonce];
  return typedDataDigest(domain, structHash(HANDSHAKE_TYPE_HASH, words));
}
