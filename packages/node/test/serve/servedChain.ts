import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Worker } from "node:worker_threads";
import type { ChainReader } from "@causeway/chain/chainReader";
import { buildGenesis } from "@causeway/chain/genesis/buildGenesis";
import { type Chain, openChain } from "@causeway/chain/openChain";
import { type Genesis, parseGenesis } from "@causeway/protocol/genesis";
import type { Address } from "@causeway/protocol/hex";
import { proposer, validatorSetHash } from "@causeway/protocol/validatorSet";
import type { StatusPort } from "@causeway/rpc/statusPort";
import { toBeHex, Wallet } from "ethers";
import { Registry } from "prom-client";
import { nodeConfigSchema } from "../../src/config/nodeConfig.js";
import { systemTimers } from "../../src/ports/systemPorts.js";
import type { Timers } from "../../src/ports/timers.js";
import { ServeThread } from "../../src/serve/serveThread.js";
import { testKeyRings } from "../support/testKeys.js";
import { CapturedLog } from "../support/testNetwork.js";

export const CHAIN_ID = 73_311;
/** An account with funds. */
export const RICH = new Wallet(`0x${"cd".repeat(32)}`);

const STATUS: StatusPort = {
  clientVersion: "Causeway/test",
  minTipWei: 0n,
  coinbase: () => null,
  syncing: () => false,
  listening: () => true,
  peers: () => [{ id: "peer", validator: null, height: 3 }],
  halted: () => null,
  refused: () => ({ "H1.withdrawals": 2 }),
  evidence: ({ from, count }) => ({ from, count }),
  rounds: () => ({ height: 4 }),
  details: () => ({ round: 0 }),
};

/** A chain on disk in this thread that finalizes what it is told to, and the thread that serves it. */
export class ServedChain {
  readonly log = new CapturedLog();
  readonly registry = new Registry();
  /** The threads so far, the newest last. */
  readonly workers: Worker[] = [];
  readonly #directory: string;
  readonly #genesis: Genesis;
  readonly #onWorker = (worker: Worker) => this.workers.push(worker);
  #thread: ServeThread | null = null;
  /** Heads that the serve thread is not told of yet; null while it is told at once. */
  #heldHeads: (() => void)[] | null = null;

  private constructor(
    directory: string,
    genesis: Genesis,
    readonly chain: Chain,
  ) {
    this.#directory = directory;
    this.#genesis = genesis;
    process.on("worker", this.#onWorker);
  }

  static async start(timers: Timers = systemTimers): Promise<ServedChain> {
    const directory = mkdtempSync(join(tmpdir(), "causeway-serve-"));
    const genesis = parseGenesis(
      await buildGenesis({
        chainId: CHAIN_ID,
        timestamp: Math.floor(Date.now() / 1_000) - 100_000,
        validators: testKeyRings(4).map(({ addresses: [key] }, i) => ({
          consensusKey: key as Address,
          operator: toBeHex(0x0be0_0000 + i, 20) as Address,
        })),
        attesters: [],
        accounts: new Map([[RICH.address.toLowerCase() as Address, 10n ** 20n]]),
        bridge: null,
      }),
    );
    const log = new CapturedLog();
    const chain = await openChain({ genesis, dataDir: directory, log });
    const served = new ServedChain(directory, genesis, chain);
    try {
      await served.#serve(timers);
      return served;
    } catch (error) {
      await served.stop();
      throw error;
    }
  }

  get thread(): ServeThread {
    if (this.#thread === null) throw new Error("nothing serves");
    return this.#thread;
  }

  /** Answer to a JSON-RPC call. */
  async rpc<T>(method: string, ...params: readonly unknown[]): Promise<T> {
    const answer = await this.ask(method, ...params);
    if ("error" in answer) throw new Error(`${method}: ${JSON.stringify(answer.error)}`);
    return answer.result as T;
  }

  async ask(method: string, ...params: readonly unknown[]): Promise<{ result?: unknown; error?: unknown }> {
    const response = await fetch(this.thread.url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }),
    });
    return (await response.json()) as { result?: unknown; error?: unknown };
  }

  /** Finalize a block of what is pooled. */
  async mine(): Promise<number> {
    const { execution } = this.chain;
    const { height, hash, timestamp, nextValidators, coinbase } = execution.head();
    const request = {
      height: height + 1,
      parentHash: hash,
      coinbase: proposer(nextValidators, coinbase, 0),
      timestamp: timestamp + 1,
      deadlineMs: 60_000,
    };
    const { block, outcome } = await execution.build(request, new AbortController().signal);
    const { outboxRoot, outboxCount, inboxAcc, inboxCount } = outcome;
    const checkpoint = {
      ...{ height: block.height, round: 0, timestamp: block.timestamp },
      ...{ blockHash: block.hash, stateRoot: block.stateRoot },
      ...{ outboxRoot, outboxCount, inboxAcc, inboxCount },
      validatorSetHash: block.extraData,
      nextValidatorSetHash: validatorSetHash(outcome.nextValidators),
    };
    await execution.commit(block, { checkpoint, signers: 0n, seals: [] });
    return block.height;
  }

  /** Tell the serve thread of no block until {@link releaseHeads}. */
  holdHeads(): void {
    this.#heldHeads = [];
  }

  releaseHeads(): void {
    const held = this.#heldHeads ?? [];
    this.#heldHeads = null;
    for (const tell of held) tell();
  }

  async stop(): Promise<void> {
    process.off("worker", this.#onWorker);
    await this.#thread?.close();
    await this.chain.close();
    rmSync(this.#directory, { recursive: true, force: true });
  }

  async #serve(timers: Timers): Promise<void> {
    const { rpc } = nodeConfigSchema.parse({
      ...{ name: "served", genesis: "-", dataDir: "-", rpc: { port: 0 } },
      p2p: { identityFile: "-", listen: ["/ip4/127.0.0.1/tcp/0"] },
    });
    if (rpc === null) throw new Error("no RPC in the config");
    const { pool } = this.chain;
    const reader: Pick<ChainReader, "headNumber" | "onHead"> = {
      headNumber: () => this.chain.reader.headNumber(),
      onHead: (listener) =>
        this.chain.reader.onHead((event) => {
          if (this.#heldHeads === null) listener(event);
          else this.#heldHeads.push(() => listener(event));
        }),
    };
    const { clientVersion, minTipWei } = STATUS;
    const settings = { name: "served", genesis: this.#genesis, chainDir: this.#directory, rpc };
    this.#thread = await ServeThread.start({
      settings: { ...settings, clientVersion, minTipWei },
      ...{ reader, pool, status: STATUS, timers, log: this.log, registry: this.registry },
    });
  }
}
