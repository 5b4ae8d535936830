import { type Input, RLP } from "@ethereumjs/rlp";
import type { Certificate } from "../certificate.js";
import { fromHex } from "../hex.js";
import { MAX_VALIDATORS } from "../validatorSet.js";
import { checkpointFields, readCheckpoint } from "./checkpointCodec.js";
import { readBytes, readSignature, readTuple } from "./readField.js";
import { type RlpItem, readRlp, readRlpList } from "./rlpItem.js";
import { malformed } from "./wireError.js";

/** [checkpoint, signers, [seal, ...]] */
export function certificateFields({ checkpoint, signers, seals }: Certificate): Input[] {
  return [checkpointFields(checkpoint), signers, seals.map(fromHex)];
}

/** RLP of a certificate on its own, as it is stored and exported. */
export function encodeCertificate(certificate: Certificate): Uint8Array {
  return RLP.encode(certificateFields(certificate));
}

/** @throws {WireError} when the bytes are not the encoding of a certificate. Says nothing about its validity. */
export function decodeCertificate(bytes: Uint8Array): Certificate {
  return readCertificate(readRlp(bytes, "certificate"), "certificate");
}

/** Form alone: whether the seals fit the bitmap is `verifyCertificate`'s to say, which names it BadLength. @throws {WireError} */
export function readCertificate(item: RlpItem, field: string): Certificate {
  const [checkpoint, signers, seals] = readTuple(item, field, 3) as [RlpItem, RlpItem, RlpItem];
  return {
    checkpoint: readCheckpoint(checkpoint, `${field}.checkpoint`),
    signers: readSigners(signers, `${field}.signers`),
    seals: readRlpList(seals, `${field}.seals`, MAX_VALIDATORS).map((seal, i) =>
      readSignature(seal, `${field}.seals[${i}]`),
    ),
  };
}

/** The bitmap of at most 64 validators. */
function readSigners(item: RlpItem, field: string): bigint {
  const bytes = readBytes(item, field, MAX_VALIDATORS / 8);
  if (bytes[0] === 0) throw malformed(field, "an integer without leading zeros");
  return bytes.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
}
