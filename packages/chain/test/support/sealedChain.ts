import assert from "node:assert/strict";
import type { Block } from "@causeway/protocol/block";
import { assembleCertificate, type Certificate } from "@causeway/protocol/certificate";
import { type Checkpoint, checkpointDigest } from "@causeway/protocol/checkpoint";
import type { SigningDomain } from "@causeway/protocol/eip712";
import type { ExecutionOutcome } from "@causeway/protocol/executionOutcome";
import type { Address, Signature } from "@causeway/protocol/hex";
import { quorum } from "@causeway/protocol/quorum";
import type { ValidatorSet } from "@causeway/protocol/validatorSet";
import { addressOf, wallet } from "./keys.js";
import { type TestChain, unsealedCertificate } from "./makeChain.js";

/** Wallets a test may use as consensus keys. */
const SIGNERS = new Map([10, 11, 12, 13, 14, 77].map((i) => [addressOf(wallet(i)), wallet(i)]));

/** A certificate that the first `count` of a set really sealed. */
export function sealedCertificate(
  block: Block,
  outcome: ExecutionOutcome,
  set: ValidatorSet,
  domain: SigningDomain,
  count = quorum(set.length),
): Certificate {
  return seal(unsealedCertificate(block, outcome).checkpoint, set, domain, count);
}

/** A checkpoint that the first `count` of a set really sealed, whatever it says. */
export function seal(
  checkpoint: Checkpoint,
  set: ValidatorSet,
  domain: SigningDomain,
  count = quorum(set.length),
): Certificate {
  const digest = checkpointDigest(domain, checkpoint);
  const seals = new Map<Address, Signature>();
  for (const key of set.slice(0, count)) {
    const { signingKey } = SIGNERS.get(key) ?? assert.fail(`no wallet of ${key}`);
    seals.set(key, signingKey.sign(digest).serialized as Signature);
  }
  return assembleCertificate(checkpoint, seals, set);
}

export function domainOf({ genesis, reader }: Pick<TestChain, "genesis" | "reader">): SigningDomain {
  return { chainId: genesis.config.chainId, genesisHash: reader.genesisHash };
}

/** Build, seal by a quorum and finalize blocks up to a height. */
export async function mineSealed(chain: TestChain, height: number): Promise<void> {
  while (chain.execution.head().height < height) {
    const { nextValidators } = chain.execution.head();
    const { block, outcome } = await chain.build();
    await chain.execution.commit(block, sealedCertificate(block, outcome, nextValidators, domainOf(chain)));
  }
}
