import { readFile } from "node:fs/promises";
import type { Cluster } from "@causeway/devnet/cluster";
import { waitFor } from "@causeway/devnet/waitFor";
import { finalizedLines } from "../support/finalizedLines.js";
import { rpc } from "../support/rpc.js";
import type { TransferBursts } from "./transferBursts.js";

/** Blocks let pass before those that count. */
export const LEAD_BLOCKS = 2;
const BLOCK_TIMEOUT_MS = 60_000;
const POLL_MS = 20;
/** A block a second. */
export const BLOCK_SPEC = { blockPeriodSeconds: 1, emptyBlockPeriodSeconds: 1 };

export interface Times {
  readonly transactionsPerBlock: number;
  readonly roundsAboveZero: number;
  readonly proposerMs: readonly number[];
  readonly othersMs: readonly number[];
}

/**
 * Let the chain make `count` blocks, each with one burst when there is a load.
 * @param onFirst called when the first of them may begin.
 */
export async function blocks(
  cluster: Cluster,
  count: number,
  load?: Pick<TransferBursts, "send">,
  onFirst: () => void = () => {},
): Promise<readonly number[]> {
  let head = await nextBlock(cluster, await cluster.height(1));
  const made: number[] = [];
  for (let i = 0; i < LEAD_BLOCKS + count; i++) {
    if (i === LEAD_BLOCKS) onFirst();
    await load?.send();
    head = await nextBlock(cluster, head);
    if (i >= LEAD_BLOCKS) made.push(head);
  }
  await Promise.all(cluster.validators.map((_, i) => cluster.waitForHeight(i + 1, head)));
  return made;
}

function nextBlock(cluster: Cluster, after: number): Promise<number> {
  return waitFor(
    `block ${after + 1}`,
    async () => {
      const head = Number(await rpc<string>(cluster.rpcUrl(1), "eth_blockNumber"));
      return head > after ? head : null;
    },
    { timeoutMs: BLOCK_TIMEOUT_MS, intervalMs: POLL_MS },
  );
}

/** From each validator's log: milliseconds from its first sight of a block's proposal to its stored certificate. */
export async function timesOf(cluster: Cluster, heights: readonly number[]): Promise<Times> {
  const wanted = new Set(heights);
  const proposerMs: number[] = [];
  const othersMs: number[] = [];
  let transactions = 0;
  let roundsAboveZero = 0;
  for (const [index, key] of (await keys(cluster)).entries()) {
    for (const { height, ms, txs, round } of await finalizedLines(cluster, index + 1)) {
      if (!wanted.has(height)) continue;
      if (index === 0) transactions += txs;
      if (index === 0 && round > 0) roundsAboveZero++;
      const { miner } = await rpc<{ miner: string }>(
        cluster.rpcUrl(1),
        "eth_getBlockByNumber",
        `0x${height.toString(16)}`,
        false,
      );
      if (ms !== null) (miner === key ? proposerMs : othersMs).push(ms);
    }
  }
  return { transactionsPerBlock: transactions / heights.length, roundsAboveZero, proposerMs, othersMs };
}

/** Consensus keys of the validators, in order. */
function keys(cluster: Cluster): Promise<string[]> {
  return Promise.all(
    cluster.validators.map(async (_, i) => {
      const keystore = await readFile(cluster.path(`node-${i + 1}/consensus.json`), "utf8");
      const { address } = JSON.parse(keystore) as { address: string };
      return `0x${address.replace(/^0x/, "").toLowerCase()}`;
    }),
  );
}
