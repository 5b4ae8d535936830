import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ChainReader } from "@causeway/chain/chainReader";
import { buildGenesis } from "@causeway/chain/genesis/buildGenesis";
import { type Chain, openChain } from "@causeway/chain/openChain";
import { parseGenesis } from "@causeway/protocol/genesis";
import type { Head } from "@causeway/protocol/head";
import type { Address } from "@causeway/protocol/hex";
import { proposer, validatorSetHash } from "@causeway/protocol/validatorSet";
import { Wallet } from "ethers";
import { type RpcServer, type RpcServerOptions, startRpcServer } from "../../src/server/rpcServer.js";
import { FakeStatus } from "./fakeStatus.js";
import { SILENT_LOG } from "./silentLog.js";

export const CHAIN_ID = 73_311;
const ETHER = 10n ** 18n;
const BUILD_MS_MAX = 60_000;

const wallet = (i: number) => new Wallet(`0x${(0xab0000 + i).toString(16).padStart(64, "0")}`);
const addressOf = (i: number) => wallet(i).address.toLowerCase() as Address;

/** Keys of accounts with 100 ether each. */
export const FUNDED_KEYS = [0, 1, 2].map((i) => wallet(i).privateKey as Address);
export const POOR_KEY = wallet(9).privateKey as Address;

/** A signed transfer of one wei by the first funded account. */
export function transfer(nonce: number): Promise<string> {
  return wallet(0).signTransaction({
    type: 2,
    chainId: CHAIN_ID,
    nonce,
    to: addressOf(1),
    value: 1n,
    gasLimit: 21_000n,
    maxFeePerGas: 5_000_000_000n,
    maxPriorityFeePerGas: 1_000_000_000n,
  });
}

/** The real chain package behind a server; finalizes a block for each pooled transaction, with seals of nobody. */
export class LiveChain {
  /** Off, blocks come only by mine(). */
  autoMine = true;
  private mining: Promise<unknown> = Promise.resolve();

  private constructor(
    private readonly chain: Chain,
    private readonly dataDir: string,
    readonly rpc: RpcServer,
  ) {
    chain.pool.onTransaction(() => {
      if (this.autoMine) void this.mine();
    });
  }

  static async start(options: Partial<RpcServerOptions> = {}): Promise<LiveChain> {
    const file = await buildGenesis({
      chainId: CHAIN_ID,
      timestamp: Math.floor(Date.now() / 1000) - 10_000,
      // The first funded account operates the first validator.
      validators: [10, 11, 12, 13].map((i) => ({
        consensusKey: addressOf(i),
        operator: addressOf(i === 10 ? 0 : i + 10),
      })),
      attesters: [],
      accounts: new Map([0, 1, 2].map((i) => [addressOf(i), 100n * ETHER])),
      bridge: null,
    });
    const dataDir = await mkdtemp(join(tmpdir(), "causeway-rpc-"));
    const log = { ...SILENT_LOG, error: () => {} };
    const chain = await openChain({ genesis: parseGenesis(file), dataDir, log });
    const { reader, pool } = chain;
    const status = new FakeStatus();
    const rpc = await startRpcServer({ host: "127.0.0.1", port: 0, reader, pool, status, log, ...options });
    return new LiveChain(chain, dataDir, rpc);
  }

  get reader(): ChainReader {
    return this.chain.reader;
  }

  get url(): string {
    return this.rpc.url;
  }

  get wsUrl(): string {
    return this.rpc.url.replace("http", "ws");
  }

  /** Finalize the next block, after those already asked for. */
  mine(): Promise<Head> {
    const mined = this.mining.then(() => this.mineNow());
    this.mining = mined.catch(() => undefined);
    return mined;
  }

  async stop(): Promise<void> {
    this.autoMine = false;
    await this.mining;
    await this.rpc.close();
    await this.chain.close();
    await rm(this.dataDir, { recursive: true, force: true });
  }

  private async mineNow(): Promise<Head> {
    const { execution } = this.chain;
    const { height, hash, timestamp, nextValidators, coinbase } = execution.head();
    const { block, outcome } = await execution.build(
      {
        height: height + 1,
        parentHash: hash,
        coinbase: proposer(nextValidators, coinbase, 0),
        timestamp: timestamp + 1,
        deadlineMs: BUILD_MS_MAX,
      },
      new AbortController().signal,
    );
    const { outboxRoot, outboxCount, inboxAcc, inboxCount } = outcome;
    return execution.commit(block, {
      checkpoint: {
        height: block.height,
        round: 0,
        timestamp: block.timestamp,
        blockHash: block.hash,
        stateRoot: block.stateRoot,
        outboxRoot,
        outboxCount,
        inboxAcc,
        inboxCount,
        validatorSetHash: block.extraData,
        nextValidatorSetHash: validatorSetHash(outcome.nextValidators),
      },
      signers: 0n,
      seals: [],
    });
  }
}
