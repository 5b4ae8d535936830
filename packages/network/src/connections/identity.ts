import { createPrivateKey, createPublicKey } from "node:crypto";
import { privateKeyFromRaw } from "@libp2p/crypto/keys";
import type { Ed25519PrivateKey } from "@libp2p/interface";
import { peerIdFromPrivateKey } from "@libp2p/peer-id";
import { NetworkError } from "../networkError.js";

const SEED_BYTES = 32;
/** DER of a PKCS #8 Ed25519 key up to its 32-byte seed (RFC 8410, section 7). */
const PKCS8_ED25519_PREFIX = Buffer.from("302e020100300506032b657004220420", "hex");

/**
 * The libp2p key of a node, from its 32-byte seed. It names the node and encrypts its channels; the consensus
 * key is another.
 * @throws {NetworkError} IdentityInvalid
 */
export function identityKey(seed: Uint8Array): Ed25519PrivateKey {
  if (seed.length !== SEED_BYTES) {
    throw new NetworkError(
      { code: "IdentityInvalid" },
      `node identity: the seed must be ${SEED_BYTES} bytes, got ${seed.length}`,
    );
  }
  const der = Buffer.concat([PKCS8_ED25519_PREFIX, seed]);
  const { x } = createPublicKey(createPrivateKey({ key: der, format: "der", type: "pkcs8" })).export({
    format: "jwk",
  });
  return privateKeyFromRaw(Buffer.concat([seed, Buffer.from(x as string, "base64url")])) as Ed25519PrivateKey;
}

/** The peer id that belongs to a seed, as boot peers name it in multiaddrs. @throws {NetworkError} IdentityInvalid */
export function peerIdOf(seed: Uint8Array): string {
  return peerIdFromPrivateKey(identityKey(seed)).toString();
}
