import type { Block } from "@causeway/protocol/block";
import { verifyCertificate } from "@causeway/protocol/certificate";
import type { CertifiedBlock } from "@causeway/protocol/certifiedBlock";
import type { SigningDomain } from "@causeway/protocol/eip712";
import type { Head } from "@causeway/protocol/head";
import type { Recover } from "@causeway/protocol/signature";
import type { ValidatorOverride } from "@causeway/protocol/validatorOverride";
import type { ValidatorSet } from "@causeway/protocol/validatorSet";

/** The parent link of N3. @returns the broken rule, or null when `block` is the child of `head`. */
export function linkFault({ height, parentHash }: Block, head: Head): string | null {
  if (height !== head.height + 1) return "N3.height";
  return parentHash === head.hash ? null : "N3.parent";
}

/** V6: whether another block stands where an override goes on from. @returns the broken rule, or null. */
export function overrideFault(
  { height, hash }: Block,
  overrides: readonly ValidatorOverride[],
): string | null {
  const above = overrides.find((override) => override.height === height + 1);
  return above === undefined || above.parentHash === hash ? null : "V6.hash";
}

/**
 * The certificate check of N3: q distinct validators of S(h) sealed exactly this header.
 * @returns the broken rule, e.g. "N3.BelowQuorum", or null.
 */
export function certificateFault(
  { block, certificate }: CertifiedBlock,
  validators: ValidatorSet,
  domain: SigningDomain,
  recover: Recover,
): string | null {
  const { checkpoint } = certificate;
  if (checkpoint.height !== block.height) return "N3.checkpoint.height";
  if (checkpoint.blockHash !== block.hash) return "N3.checkpoint.blockHash";
  if (checkpoint.stateRoot !== block.stateRoot) return "N3.checkpoint.stateRoot";
  if (checkpoint.timestamp !== block.timestamp) return "N3.checkpoint.timestamp";
  if (checkpoint.validatorSetHash !== block.extraData) return "N3.checkpoint.validatorSetHash";
  const fault = verifyCertificate(certificate, validators, domain, recover);
  return fault === null ? null : `N3.${fault.code}`;
}
