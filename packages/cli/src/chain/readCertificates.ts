import { chainError } from "@causeway/chain/chainError";
import { readRlpItems } from "@causeway/chain/import/readRlpItems";
import type { Certificate } from "@causeway/protocol/certificate";
import { decodeCertificate } from "@causeway/protocol/wire/certificateCodec";

/** Seals of 64 validators and the checkpoint take less than 8 KiB. */
const CERTIFICATE_BYTES_MAX = 64 * 1024;

const FILE = "the file of certificates";

/** Concatenated RLP certificates. @throws ChainError "N3.certificate" for one that does not decode, and as readRlpItems. */
export async function* readCertificates(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Certificate> {
  for await (const bytes of readRlpItems(pieces, CERTIFICATE_BYTES_MAX, FILE)) yield decode(bytes);
}

function decode(bytes: Uint8Array): Certificate {
  try {
    return decodeCertificate(bytes);
  } catch (cause) {
    const problem = cause instanceof Error ? cause.message : String(cause);
    throw chainError("N3.certificate", `${FILE}: ${problem} (N3)`, cause);
  }
}
