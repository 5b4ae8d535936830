import { type Certificate, verifyCertificate } from "@causeway/protocol/certificate";
import type { SigningDomain } from "@causeway/protocol/eip712";
import type { Hash } from "@causeway/protocol/hex";
import { recoverWithEthers } from "@causeway/protocol/signature";
import { type CertificateAnswer, toNumber } from "./chainTypes.js";
import type { FetchedBlock } from "./fetchBlock.js";
import { headerHash } from "./headerHash.js";
import { contradiction } from "./indexError.js";

/** The block before, as indexed. */
export interface ParentLink {
  readonly number: number;
  readonly hash: Hash;
  readonly timestamp: number;
  /** Hash of the set that must seal the next block; null on chains without certificates. */
  readonly nextSetHash: Hash | null;
}

/**
 * Believe a fetched block only if it is the child of `parent`, its hash is its header's, its receipts are its own,
 * and, on a certified chain, a quorum of the expected set sealed it (N3 without execution).
 * @param domain null on chains without certificates.
 * @throws {IndexContradiction}
 */
export function verifyBlock(
  fetched: FetchedBlock,
  height: number,
  parent: ParentLink | null,
  domain: SigningDomain | null,
): void {
  verifyHeader(fetched, height, parent);
  verifyReceipts(fetched, height);
  if (domain === null || height === 0) return;
  // Other chains may mine several blocks in one second.
  if (parent !== null && toNumber(fetched.block.timestamp) <= parent.timestamp)
    throw contradiction("H1.timestamp", height, "is not later than its parent");
  if (fetched.certificate === null) throw contradiction("F1", height, "has no certificate");
  verifySeals(fetched, fetched.certificate, height, parent, domain);
}

function verifyHeader({ block }: FetchedBlock, height: number, parent: ParentLink | null): void {
  const number = toNumber(block.number);
  if (number !== height) throw contradiction("number", height, `the node returned block ${number}`);
  const hash = headerHash(block);
  if (hash !== block.hash)
    throw contradiction("hash", height, `the header hashes to ${hash}, the node says ${block.hash}`);
  if (parent === null) return;
  if (block.parentHash !== parent.hash) {
    throw contradiction(
      "parentHash",
      height,
      `its parent is ${block.parentHash}, but block ${parent.number} is indexed as ${parent.hash}; a finalized chain does not change`,
    );
  }
}

function verifyReceipts({ block, receipts }: FetchedBlock, height: number): void {
  if (receipts.length !== block.transactions.length) {
    throw contradiction(
      "receipts",
      height,
      `has ${block.transactions.length} transactions but ${receipts.length} receipts`,
    );
  }
  for (const [i, tx] of block.transactions.entries()) {
    const receipt = receipts[i];
    if (receipt?.transactionHash !== tx.hash || receipt.blockHash !== block.hash)
      throw contradiction("receipts", height, `receipt ${i} does not belong to transaction ${tx.hash}`);
  }
  const used = receipts.at(-1)?.cumulativeGasUsed;
  if (used !== undefined && BigInt(used) !== BigInt(block.gasUsed))
    throw contradiction("receipts", height, "receipts and header disagree on the gas used");
}

function verifySeals(
  { block }: FetchedBlock,
  answer: CertificateAnswer,
  height: number,
  parent: ParentLink | null,
  domain: SigningDomain,
): void {
  const certificate = toCertificate(answer);
  const { checkpoint } = certificate;
  const about =
    checkpoint.blockHash === block.hash &&
    checkpoint.stateRoot === block.stateRoot &&
    checkpoint.height === height &&
    checkpoint.timestamp === toNumber(block.timestamp);
  if (!about) throw contradiction("C3", height, "the certificate is about another block");
  const expected = parent?.nextSetHash ?? null;
  if (checkpoint.validatorSetHash !== block.extraData || checkpoint.validatorSetHash !== expected) {
    throw contradiction(
      "V1",
      height,
      `sealed by set ${checkpoint.validatorSetHash}, but ${expected} must seal it`,
    );
  }
  const fault = verifyCertificate(certificate, answer.validators, domain, recoverWithEthers);
  if (fault !== null)
    throw contradiction("C3", height, `the certificate is refused: ${JSON.stringify(fault)}`);
}

function toCertificate({ checkpoint: c, signers, seals }: CertificateAnswer): Certificate {
  return {
    checkpoint: {
      ...c,
      height: toNumber(c.height),
      round: toNumber(c.round),
      timestamp: toNumber(c.timestamp),
      outboxCount: toNumber(c.outboxCount),
      inboxCount: toNumber(c.inboxCount),
    },
    signers: BigInt(signers),
    seals,
  };
}
