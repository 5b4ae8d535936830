import type { ForkId } from "../forkId.js";
import { type Address, fromHex, type Hash, type Hex, type Signature } from "../hex.js";
import { encodeEnvelope, openEnvelopeOf } from "./envelope.js";
import { readFixed, readInteger, readSignature, readTuple } from "./readField.js";
import { type RlpItem, readRlpList } from "./rlpItem.js";
import { WIRE_CODE } from "./wireCode.js";
import { malformed } from "./wireError.js";

/** First message of both sides on /causeway/1/hello (N1). */
export interface Hello {
  readonly genesisHash: Hash;
  readonly forkId: ForkId;
  readonly headHeight: number;
  /** 32 fresh bytes the remote's validator key must sign over. */
  readonly nonce: Hash;
  /** {@link LIFE_BYTES} drawn when the node started: another one tells that it has started anew, and lost its memory (C11). */
  readonly life: Hex;
}

export const LIFE_BYTES = 16;

/** Second message: the claimed validator key and its signature over the Handshake digest; null from a follower. */
export type HelloProof = { readonly validator: Address; readonly signature: Signature } | null;

export function encodeHello({ genesisHash, forkId, headHeight, nonce, life }: Hello): Uint8Array {
  return encodeEnvelope(WIRE_CODE.hello, [
    fromHex(genesisHash),
    fromHex(forkId.hash),
    forkId.next,
    headHeight,
    fromHex(nonce),
    fromHex(life),
  ]);
}

/** @throws {WireError} */
export function decodeHello(bytes: Uint8Array): Hello {
  const f = readTuple(openEnvelopeOf(bytes, WIRE_CODE.hello, "hello"), "hello", 6);
  return {
    genesisHash: readFixed(f[0], "hello.genesisHash", 32),
    forkId: { hash: readFixed(f[1], "hello.forkId", 4), next: readInteger(f[2], "hello.forkId.next") },
    headHeight: readInteger(f[3], "hello.headHeight"),
    nonce: readFixed(f[4], "hello.nonce", 32),
    life: readFixed(f[5], "hello.life", LIFE_BYTES),
  };
}

export function encodeHelloProof(proof: HelloProof): Uint8Array {
  return encodeEnvelope(
    WIRE_CODE.helloProof,
    proof === null ? [] : [fromHex(proof.validator), fromHex(proof.signature)],
  );
}

/** @throws {WireError} */
export function decodeHelloProof(bytes: Uint8Array): HelloProof {
  const body = openEnvelopeOf(bytes, WIRE_CODE.helloProof, "hello proof");
  const fields: RlpItem[] = readRlpList(body, "helloProof", 2);
  if (fields.length === 0) return null;
  if (fields.length !== 2) throw malformed("helloProof", "empty or [validator, signature]");
  return {
    validator: readFixed(fields[0], "helloProof.validator", 20),
    signature: readSignature(fields[1], "helloProof.signature"),
  };
}
