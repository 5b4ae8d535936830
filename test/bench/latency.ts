// npm run bench:latency: what a block costs in time and bytes, on real processes. Takes about seven minutes.
import { writeFile } from "node:fs/promises";
import { availableParallelism, cpus, loadavg } from "node:os";
import { parseArgs } from "node:util";
import { LinkMesh } from "../support/nemesis/linkMesh.js";
import { quantile } from "../support/quantile.js";
import { makeCluster, makeTestDirectory, removeCluster } from "../support/testCluster.js";
import { BLOCK_SPEC, blocks, LEAD_BLOCKS, type Times, timesOf } from "./blockTimes.js";
import { stormRow } from "./stormRow.js";
import { TransferBursts } from "./transferBursts.js";

const SIZES = [4, 7, 16];
const TRANSFERS_PER_BLOCK = 100;
/** One block a second: each block measured is a second of the benchmark. */
const TIMED_BLOCKS = 20;
const WEIGHED_BLOCKS = 5;

interface Row extends Times {
  readonly validators: number;
  /** Over all links and both directions: what the sockets carry, noise and yamux included, TCP and IP not. */
  readonly bytesPerBlock: number;
}

// The validators end with this process.
for (const signal of ["SIGTERM", "SIGHUP"] as const) process.once(signal, () => process.exit(1));

const { values } = parseArgs({
  options: {
    sizes: { type: "string", default: SIZES.join(",") },
    storm: { type: "string", default: String(SIZES[0]) },
  },
});
const sizes = values.sizes === "" ? [] : values.sizes.split(",").map(Number);
const stormSize = Number(values.storm);
if ([...sizes, stormSize].some((size) => !Number.isInteger(size) || size < 0 || size > 64)) {
  console.error(
    `bench:latency: --sizes takes numbers of validators from 1 to 64 with commas between, not "${values.sizes}"; --storm takes one, or 0 to leave it out, not "${values.storm}"`,
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
if (stormSize > 0) for (const line of await stormRow(stormSize)) console.log(line);
// Node 20 may spin in its own clean-up after so many sockets were destroyed.
process.exit(0);

/** Blocks without transactions, then with; times first, without links in between that cost time themselves. */
async function measure(validators: number): Promise<Row[]> {
  const dir = await makeTestDirectory();
  const preset = `${dir}/preset.json`;
  await writeFile(preset, JSON.stringify(BLOCK_SPEC));
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
