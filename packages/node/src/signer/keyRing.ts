import { CausewayError } from "@causeway/protocol/errors";
import { type Address, fromHex, type Hash, type Signature, toHex } from "@causeway/protocol/hex";
import { addressOfPublicKey } from "./addressOfPublicKey.js";
import { secp256k1 } from "./nativeSecp256k1.js";

/** Signs digests with the consensus keys of this node (V4: C2 messages and the N1 handshake, nothing else). */
export interface Signer {
  /** Addresses of the keys held, ascending. */
  readonly addresses: readonly Address[];
  /**
   * @returns 65 bytes r‖s‖v, low-s, v 27 or 28 (X1).
   * @throws CausewayError "UnknownKey" when no key has this address.
   */
  sign(author: Address, digest: Hash): Signature;
}

/** The decrypted consensus keys of one node; more than one while a key is rotated (V4). */
export class KeyRing implements Signer {
  readonly #keys = new Map<Address, Uint8Array>();

  /** @throws CausewayError "InvalidKey" when a key is not a secp256k1 scalar. */
  constructor(privateKeys: readonly Uint8Array[]) {
    for (const key of privateKeys) {
      if (key.length !== 32 || !secp256k1.privateKeyVerify(key)) {
        throw new CausewayError({ code: "InvalidKey" }, "a consensus key is not a secp256k1 private key");
      }
      this.#keys.set(addressOfPublicKey(secp256k1.publicKeyCreate(key, false)), Uint8Array.from(key));
    }
  }

  get addresses(): readonly Address[] {
    return [...this.#keys.keys()].sort();
  }

  sign(author: Address, digest: Hash): Signature {
    const key = this.#keys.get(author);
    if (key === undefined) {
      throw new CausewayError(
        { code: "UnknownKey", author },
        `no key of this node has the address ${author}`,
      );
    }
    const { signature, recid } = secp256k1.ecdsaSign(fromHex(digest), key);
    return `${toHex(signature)}${(27 + recid).toString(16)}`;
  }
}
