import { type BlockHeader, decodeBlockHeader, headerBytes } from "../block.js";
import type { Certificate } from "../certificate.js";
import type { CertifiedBlock } from "../certifiedBlock.js";
import { certificateFields, readCertificate } from "./certificateCodec.js";
import { encodeEnvelope, openEnvelopeOf } from "./envelope.js";
import { HEAD_BYTES_MAX } from "./frameLimits.js";
import { readBytes, readTuple } from "./readField.js";
import type { RlpItem } from "./rlpItem.js";
import { WIRE_CODE } from "./wireCode.js";
import { malformed } from "./wireError.js";

/** What gossip tells of a new head: its header and certificate; the body is fetched (N2). */
export interface HeadAnnouncement {
  readonly header: BlockHeader;
  readonly certificate: Certificate;
}

export function encodeHead({ block, certificate }: CertifiedBlock): Uint8Array {
  return encodeEnvelope(WIRE_CODE.head, [headerBytes(block.bytes), certificateFields(certificate)]);
}

/**
 * Header and certificate that agree in every field they share; the seals are for who knows S(h).
 * @throws {WireError} {@link BlockDecodeError}
 */
export function decodeHead(bytes: Uint8Array): HeadAnnouncement {
  const [headerItem, proof] = readTuple(openEnvelopeOf(bytes, WIRE_CODE.head, "head"), "head", 2) as [
    RlpItem,
    RlpItem,
  ];
  const header = decodeBlockHeader(readBytes(headerItem, "head.header", HEAD_BYTES_MAX));
  const certificate = readCertificate(proof, "head.certificate");
  const { checkpoint } = certificate;
  if (
    checkpoint.blockHash !== header.hash ||
    checkpoint.height !== header.height ||
    checkpoint.timestamp !== header.timestamp ||
    checkpoint.stateRoot !== header.stateRoot ||
    checkpoint.validatorSetHash !== header.extraData
  ) {
    throw malformed("head.certificate", `over block ${header.height} ${header.hash}`);
  }
  return { header, certificate };
}
