import { rmSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Block } from "@causeway/protocol/block";
import type { Certificate } from "@causeway/protocol/certificate";
import type { ExecutionOutcome } from "@causeway/protocol/executionOutcome";
import { type Genesis, parseGenesis } from "@causeway/protocol/genesis";
import type { Head } from "@causeway/protocol/head";
import { proposer, validatorSetHash } from "@causeway/protocol/validatorSet";
import type { ExecutionClocks } from "../../src/execution/executionClocks.js";
import { buildGenesis, type GenesisInput } from "../../src/genesis/buildGenesis.js";
import type { Logger } from "../../src/logger.js";
import { type Chain, openChain } from "../../src/openChain.js";
import { genesisInput } from "./genesisInput.js";

export const SILENT: Logger = { info() {}, warn() {}, error() {} };
const BUDGET_MS = 60_000;

/** A chain in this process that finalizes what it builds with certificates nobody sealed. */
export interface TestChain extends Chain {
  readonly genesis: Genesis;
  readonly dataDir: string;
  /** Build a block on the head, one period later, by the proposer of round 0. */
  build(timestamp?: number): Promise<Built>;
  /** Build and finalize a block. */
  mine(timestamp?: number): Promise<Head>;
  /** Close and open again on the same directory. */
  reopen(): Promise<TestChain>;
  /** Close and remove the directory. */
  dispose(): Promise<void>;
}

/** Of chains that a failed test may not have disposed of. */
const directories = new Set<string>();
process.once("exit", () => {
  for (const directory of directories) rmSync(directory, { recursive: true, force: true });
});

export async function makeChain(
  overrides: Partial<GenesisInput> = {},
  clocks: Partial<ExecutionClocks> = {},
): Promise<TestChain> {
  const genesis = parseGenesis(await buildGenesis(genesisInput(overrides)));
  const dataDir = await mkdtemp(join(tmpdir(), "causeway-chain-"));
  directories.add(dataDir);
  return openTestChain(genesis, dataDir, clocks);
}

export async function openTestChain(
  genesis: Genesis,
  dataDir: string,
  clocks: Partial<ExecutionClocks> = {},
): Promise<TestChain> {
  const chain = await openChain({ genesis, dataDir, log: SILENT, ...clocks });
  const { execution } = chain;
  const build = (timestamp?: number) =>
    buildNext(chain, timestamp ?? execution.head().timestamp + genesis.config.causeway.blockPeriodSeconds);
  return {
    ...chain,
    genesis,
    dataDir,
    build,
    mine: async (timestamp) => commitUnsealed(chain, await build(timestamp)),
    async reopen() {
      await chain.close();
      return openTestChain(genesis, dataDir, clocks);
    },
    async dispose() {
      await chain.close();
      await rm(dataDir, { recursive: true, force: true });
      directories.delete(dataDir);
    },
  };
}

interface Built {
  readonly block: Block;
  readonly outcome: ExecutionOutcome;
}

/** Build a block on the head by the proposer of round 0. @param timestamp seconds; without it one after the head's. */
function buildNext({ execution }: Chain, timestamp = execution.head().timestamp + 1): Promise<Built> {
  const head = execution.head();
  return execution.build(
    {
      height: head.height + 1,
      parentHash: head.hash,
      coinbase: proposer(head.nextValidators, head.coinbase, 0),
      timestamp,
      deadlineMs: BUDGET_MS,
    },
    new AbortController().signal,
  );
}

function commitUnsealed({ execution }: Chain, { block, outcome }: Built): Promise<Head> {
  return execution.commit(block, unsealedCertificate(block, outcome));
}

/** Build and finalize a block on the head of any chain. */
export async function mineNext(chain: Chain): Promise<Head> {
  return commitUnsealed(chain, await buildNext(chain));
}

/** A certificate whose checkpoint is right and whose seals are missing. */
export function unsealedCertificate(block: Block, outcome: ExecutionOutcome, round = 0): Certificate {
  const { outboxRoot, outboxCount, inboxAcc, inboxCount, nextValidators } = outcome;
  return {
    checkpoint: {
      height: block.height,
      round,
      timestamp: block.timestamp,
      blockHash: block.hash,
      stateRoot: block.stateRoot,
      outboxRoot,
      outboxCount,
      inboxAcc,
      inboxCount,
      validatorSetHash: block.extraData,
      nextValidatorSetHash: validatorSetHash(nextValidators),
    },
    signers: 0n,
    seals: [],
  };
}
