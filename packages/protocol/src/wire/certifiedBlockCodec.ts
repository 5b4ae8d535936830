import type { Input } from "@ethereumjs/rlp";
import { decodeBlock } from "../block.js";
import type { CertifiedBlock } from "../certifiedBlock.js";
import { certificateFields, readCertificate } from "./certificateCodec.js";
import { encodeEnvelope, openEnvelopeOf } from "./envelope.js";
import { BLOCK_BYTES_MAX } from "./frameLimits.js";
import { readBytes, readTuple } from "./readField.js";
import type { RlpItem } from "./rlpItem.js";
import { WIRE_CODE } from "./wireCode.js";
import { malformed } from "./wireError.js";

/** [block RLP as bytes, certificate] */
export function certifiedBlockFields({ block, certificate }: CertifiedBlock): Input[] {
  return [block.bytes, certificateFields(certificate)];
}

/**
 * A block and a certificate that name the same block; whether the seals hold is for who knows S(h) (N3).
 * @throws {WireError}
 */
export function readCertifiedBlock(item: RlpItem, field: string): CertifiedBlock {
  const [bytes, proof] = readTuple(item, field, 2) as [RlpItem, RlpItem];
  const block = decodeBlock(readBytes(bytes, `${field}.block`, BLOCK_BYTES_MAX));
  const certificate = readCertificate(proof, `${field}.certificate`);
  if (certificate.checkpoint.blockHash !== block.hash || certificate.checkpoint.height !== block.height) {
    throw malformed(`${field}.certificate`, `over block ${block.height} ${block.hash}`);
  }
  return { block, certificate };
}

/** A decided block pushed to a peer that still works on its height (C11). */
export function encodeDecided(decided: CertifiedBlock): Uint8Array {
  return encodeEnvelope(WIRE_CODE.decided, certifiedBlockFields(decided));
}

/** @throws {WireError} */
export function decodeDecided(bytes: Uint8Array): CertifiedBlock {
  return readCertifiedBlock(openEnvelopeOf(bytes, WIRE_CODE.decided, "decided"), "decided");
}
