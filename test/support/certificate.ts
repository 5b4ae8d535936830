import assert from "node:assert/strict";
import { decodeSealedCheckpoint } from "@causeway/bridge/sidechain/readCertificate";
import type { Cluster } from "@causeway/devnet/cluster";
import { type Certificate, verifyCertificate } from "@causeway/protocol/certificate";
import type { Address, Hash } from "@causeway/protocol/hex";
import { recoverWithEthers } from "@causeway/protocol/signature";
import { overrides } from "@causeway/protocol/validatorOverride";
import type { VoteDomain } from "@causeway/protocol/voteDomain";
import { rpc } from "./rpc.js";

export interface CertifiedSet extends Certificate {
  readonly validators: readonly Address[];
}

/** The certificate of a block as validator i serves it. */
export async function readCertificate(cluster: Cluster, i: number, height: number): Promise<CertifiedSet> {
  return certificateOf(await rpc(cluster.rpcUrl(i), "causeway_getCertificate", `0x${height.toString(16)}`));
}

/** @param answer of causeway_getCertificate (X3). */
export function certificateOf(answer: unknown): CertifiedSet {
  const { certificate, validators } = decodeSealedCheckpoint(answer);
  return { ...certificate, validators };
}

/** The domain every seal of this cluster's chain is made in, and every vote. */
export async function signingDomain(cluster: Cluster): Promise<VoteDomain> {
  const genesis = await rpc<{ hash: Hash }>(cluster.rpcUrl(1), "eth_getBlockByNumber", "0x0", false);
  const { causeway } = (await cluster.genesis()).config;
  return { chainId: cluster.options.chainId, genesisHash: genesis.hash, overrides: overrides(causeway) };
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
