import type { Certificate } from "@causeway/protocol/certificate";

/** A certificate in JSON files and RPC answers about evidence: the bitmap as hex, heights and times as numbers. */
export function certificateJson({ checkpoint, signers, seals }: Certificate) {
  return { checkpoint: { ...checkpoint }, signers: `0x${signers.toString(16)}`, seals: [...seals] };
}
