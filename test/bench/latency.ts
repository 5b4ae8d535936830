// npm run bench:latency: what a block costs in time and bytes, on real processes. Takes less than five minutes.
import { readFile, writeFile } from "node:fs/promises";
import { availableParallelism, cpus, loadavg } from "node:os";
import { parseArgs } from "node:util";
import type { Cluster } from "@causeway/devnet/cluster";
import { waitFor } from "@causeway/devnet/waitFor";
import { LinkMesh } from "../support/nemesis/linkMesh.js";
import { quantile } from "../support/quantile.js";
import { rpc } from "../support/rpc.js";
import { makeCluster, makeTestDirectory, removeCluster } from "../support/testCluster.js";
import { TransferBursts } from "./transferBursts.js";

const SIZES = [4, 7, 16];
const TRANSFERS_PER_BLOCK = 100;
/** One block a second: each block measured is a second of the benchmark. */
const TIMED_BLOCKS = 20;
const WEIGHED_BLOCKS = 5;
/** Blocks let pass before those that count. */
const LEAD_BLOCKS = 2;
const BLOCK_TIMEOUT_MS = 60_000;
const POLL_MS = 20;
const SPEC = { blockPeriodSeconds: 1, emptyBlockPeriodSeconds: 1 };

/** What a validator logs of a block it finalized. */
interface FinalizedLine {
  readonly height: number;
  readonly txs: number;
  readonly round: number;
  /** From the first sight of the proposal, at the proposer the start of building; null for a block that was synced. */
  readonly ms: number | null;
}

interface Times {
  readonly transactionsPerBlock: number;
  readonly roundsAboveZero: number;
  readonly proposerMs: readonly number[];
  readonly othersMs: readonly number[];
}

interface Row extends Times {
  readonly validators: number;
  /** Over all links and both directions: what the sockets carry, noise and yamux included, TCP and IP not. */
  readonly bytesPerBlock: number;
}

// The validators end with this process.
for (const signal of ["SIGTERM", "SIGHUP"] as const) process.once(signal, () => process.exit(1));

const { values } = parseArgs({ options: { sizes: { type: "string", default: SIZES.join(",") } } });
const sizes = values.sizes.split(",").map(Number);
if (sizes.some((size) => !Number.isInteger(size) || size < 1 || size > 64)) {
  console.error(
    `bench:latency: --sizes takes numbers of validators from 1 to 64 with commas between, not "${values.sizes}"`,
  );
  process.exit(2);
}
const load = loadavg()[0]?.toFixed(2);
console.log(
  `${cpus()[0]?.model ?? "unknown processor"}, ${availableParallelism()} cores, load before ${load}, Node ${process.version}\n`,
);
console.log(
  "| validators | transfers per block | blocks | rounds > 0 | proposer p50 | p99 | others p50 | p99 | bytes per block, all links | sent per validator |",
);
console.log("| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
for (const size of sizes) for (const row of await measure(size)) console.log(format(row));
// Node 20 may spin in its own clean-up after so many sockets were destroyed.
process.exit(0);

/** Blocks without transactions, then with; times first, without links in between that cost time themselves. */
async function measure(validators: number): Promise<Row[]> {
  const dir = await makeTestDirectory();
  const preset = `${dir}/preset.json`;
  await writeFile(preset, JSON.stringify(SPEC));
  const cluster = await makeCluster({ dir, validators, initArgs: ["--preset", preset] });
  let links: LinkMesh | undefined;
  try {
    await cluster.init();
    await cluster.startValidators();
    const bursts = new TransferBursts(cluster, TRANSFERS_PER_BLOCK);
    await bursts.sign(TIMED_BLOCKS + WEIGHED_BLOCKS + 2 * LEAD_BLOCKS);
    const timed = [await blocks(cluster, TIMED_BLOCKS), await blocks(cluster, TIMED_BLOCKS, bursts)] as const;
    const times = [await timesOf(cluster, timed[0]), await timesOf(cluster, timed[1])] as const;

    await Promise.all(cluster.validators.map((process) => process.stop()));
    const mesh = await LinkMesh.between(cluster);
    links = mesh;
    await cluster.startValidators();
    const weigh = async (load?: TransferBursts) => {
      let before = 0;
      await blocks(cluster, WEIGHED_BLOCKS, load, () => {
        before = mesh.passedBytes;
      });
      return (mesh.passedBytes - before) / WEIGHED_BLOCKS;
    };
    const bytes = [await weigh(), await weigh(bursts)] as const;
    return [
      { validators, ...times[0], bytesPerBlock: bytes[0] },
      { validators, ...times[1], bytesPerBlock: bytes[1] },
    ];
  } finally {
    await removeCluster(cluster);
    await links?.close();
  }
}

/**
 * Let the chain make `count` blocks, each with one burst when there is a load.
 * @param onFirst called when the first of them may begin.
 */
async function blocks(
  cluster: Cluster,
  count: number,
  load?: TransferBursts,
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
async function timesOf(cluster: Cluster, heights: readonly number[]): Promise<Times> {
  const wanted = new Set(heights);
  const proposerMs: number[] = [];
  const othersMs: number[] = [];
  let transactions = 0;
  let roundsAboveZero = 0;
  for (const [index, key] of (await keys(cluster)).entries()) {
    const text = await readFile(cluster.path(`node-${index + 1}/node.log`), "utf8");
    for (const line of text.split("\n").filter((each) => each.includes('"msg":"block '))) {
      const { height, ms, txs, round } = JSON.parse(line) as FinalizedLine;
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

function format({
  validators,
  transactionsPerBlock,
  roundsAboveZero,
  proposerMs,
  othersMs,
  bytesPerBlock,
}: Row) {
  const ms = (values: readonly number[], share: number) => `${quantile(values, share)} ms`;
  const kilobytes = (bytes: number) => `${(bytes / 1_000).toFixed(1)} kB`;
  const cells = [
    validators,
    transactionsPerBlock.toFixed(0),
    proposerMs.length,
    roundsAboveZero,
    ms(proposerMs, 0.5),
    ms(proposerMs, 0.99),
    ms(othersMs, 0.5),
    ms(othersMs, 0.99),
    kilobytes(bytesPerBlock),
    kilobytes(bytesPerBlock / validators),
  ];
  return `| ${cells.join(" | ")} |`;
}
