import type { CertifiedBlock } from "@causeway/network/networkPort";
import { verifyCertificate } from "@causeway/protocol/certificate";
import type { SigningDomain } from "@causeway/protocol/eip712";
import type { Head } from "@causeway/protocol/head";
import type { Recover } from "@causeway/protocol/signature";

/**
 * All that can be said of a certified block without executing it (N3): it is the child of `head`, and q distinct
 * validators of S(h) sealed exactly this header. Body roots are the chain's to check.
 * @returns null, or the rule that a peer serving this block broke, e.g. "N3.BelowQuorum".
 */
export function verifyCertifiedBlock(
  { block, certificate }: CertifiedBlock,
  head: Head,
  domain: SigningDomain,
  recover: Recover,
): string | null {
  const { checkpoint } = certificate;
  if (block.height !== head.height + 1) return "N3.height";
  if (block.parentHash !== head.hash) return "N3.parent";
  if (checkpoint.height !== block.height) return "N3.checkpoint.height";
  if (checkpoint.blockHash !== block.hash) return "N3.checkpoint.blockHash";
  if (checkpoint.stateRoot !== block.stateRoot) return "N3.checkpoint.stateRoot";
  if (checkpoint.timestamp !== block.timestamp) return "N3.checkpoint.timestamp";
  if (checkpoint.validatorSetHash !== block.extraData) return "N3.checkpoint.validatorSetHash";
  const fault = verifyCertificate(certificate, head.nextValidators, domain, recover);
  return fault === null ? null : `N3.${fault.code}`;
}
