import assert from "node:assert/strict";
import type { Cluster } from "@causeway/devnet/cluster";
import { type Certificate, verifyCertificate } from "@causeway/protocol/certificate";
import type { Checkpoint } from "@causeway/protocol/checkpoint";
import type { SigningDomain } from "@causeway/protocol/eip712";
import type { Address, Hash, Signature } from "@causeway/protocol/hex";
import { recoverWithEthers } from "@causeway/protocol/signature";
import { rpc } from "./rpc.js";

/** Answer of causeway_getCertificate (X3): quantities as 0x-hex. */
export interface CertificateAnswer {
  readonly checkpoint: { readonly [K in keyof Checkpoint]: string };
  readonly signers: string;
  readonly seals: readonly Signature[];
  readonly validators: readonly Address[];
}

export interface CertifiedSet extends Certificate {
  readonly validators: readonly Address[];
}

/** The certificate of a block as validator i serves it. */
export async function readCertificate(cluster: Cluster, i: number, height: number): Promise<CertifiedSet> {
  const answer = await rpc<CertificateAnswer>(
    cluster.rpcUrl(i),
    "causeway_getCertificate",
    `0x${height.toString(16)}`,
  );
  return certificateOf(answer);
}

export function certificateOf(answer: CertificateAnswer): CertifiedSet {
  const c = answer.checkpoint;
  return {
    checkpoint: {
      height: Number(c.height),
      round: Number(c.round),
      timestamp: Number(c.timestamp),
      blockHash: c.blockHash as Hash,
      stateRoot: c.stateRoot as Hash,
      outboxRoot: c.outboxRoot as Hash,
      outboxCount: Number(c.outboxCount),
      inboxAcc: c.inboxAcc as Hash,
      inboxCount: Number(c.inboxCount),
      validatorSetHash: c.validatorSetHash as Hash,
      nextValidatorSetHash: c.nextValidatorSetHash as Hash,
    },
    signers: BigInt(answer.signers),
    seals: answer.seals,
    validators: answer.validators,
  };
}

/** The domain every seal of this cluster's chain is made in. */
export async function signingDomain(cluster: Cluster): Promise<SigningDomain> {
  const genesis = await rpc<{ hash: Hash }>(cluster.rpcUrl(1), "eth_getBlockByNumber", "0x0", false);
  return { chainId: cluster.options.chainId, genesisHash: genesis.hash };
}

/** Like readCertificate; fails unless a quorum sealed it. */
export async function verifiedCertificate(
  cluster: Cluster,
  i: number,
  height: number,
): Promise<CertifiedSet> {
  const certificate = await readCertificate(cluster, i, height);
  const fault = verifyCertificate(
    certificate,
    certificate.validators,
    await signingDomain(cluster),
    recoverWithEthers,
  );
  assert.equal(fault, null);
  return certificate;
}
