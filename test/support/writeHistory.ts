import { openChain } from "@causeway/chain/openChain";
import type { Cluster } from "@causeway/devnet/cluster";
import { assembleCertificate } from "@causeway/protocol/certificate";
import { checkpointDigest } from "@causeway/protocol/checkpoint";
import type { Address, Signature } from "@causeway/protocol/hex";
import { proposer, validatorSetHash } from "@causeway/protocol/validatorSet";
import { consensusKeys } from "./consensusKeys.js";

const SILENT = { info() {}, warn() {}, error() {} };
const BUILD_MS = 60_000;

/**
 * Blocks without transactions, sealed by all, in the directory of validator 1, which does not run: as many as it would
 * make in so many periods.
 */
export async function writeHistory(cluster: Cluster, blocks: number): Promise<void> {
  const genesis = await cluster.genesis();
  const keys = await consensusKeys(cluster);
  const chain = await openChain({ genesis, dataDir: cluster.path("node-1/chain"), log: SILENT });
  const domain = { chainId: genesis.config.chainId, genesisHash: chain.reader.genesisHash };
  try {
    for (let i = 0; i < blocks; i++) {
      const { height, hash, timestamp, coinbase, nextValidators } = chain.execution.head();
      const { block, outcome } = await chain.execution.build(
        {
          height: height + 1,
          parentHash: hash,
          coinbase: proposer(nextValidators, coinbase, 0),
          timestamp: timestamp + genesis.config.causeway.blockPeriodSeconds,
          deadlineMs: BUILD_MS,
        },
        new AbortController().signal,
      );
      const { outboxRoot, outboxCount, inboxAcc, inboxCount } = outcome;
      const checkpoint = {
        height: block.height,
        round: 0,
        timestamp: block.timestamp,
        blockHash: block.hash,
        stateRoot: block.stateRoot,
        ...{ outboxRoot, outboxCount, inboxAcc, inboxCount },
        validatorSetHash: block.extraData,
        nextValidatorSetHash: validatorSetHash(outcome.nextValidators),
      };
      const digest = checkpointDigest(domain, checkpoint);
      const seals = new Map<Address, Signature>();
      for (const [address, key] of keys) seals.set(address, key.sign(digest).serialized as Signature);
      await chain.execution.commit(block, assembleCertificate(checkpoint, seals, nextValidators));
    }
  } finally {
    await chain.close();
  }
}
