// npm run bench:engine: what each correction of the library gains, paired: every variant executes the same blocks in turn.
import { availableParallelism, cpus, loadavg } from "node:os";
import { EngineLoad, type LoadBlock } from "../support/engineLoad.js";
import { CORRECTIONS, type Correction, EngineVariant } from "../support/engineVariant.js";

const ROUNDS = 15;
const TRANSFERS = 100;
const LOOPS = 5;

const VARIANTS: readonly (readonly [string, readonly Correction[]])[] = [
  ["the library", []],
  ...CORRECTIONS.map((correction) => [`only ${correction}`, [correction]] as const),
  ["all corrections", CORRECTIONS],
];
const KINDS = ["token transfers", "loops", "empty"] as const;

console.log(
  `${cpus()[0]?.model ?? "unknown processor"}, ${availableParallelism()} cores, load before ${loadavg()[0]?.toFixed(2)}, Node ${process.version}\n`,
);
const load = await EngineLoad.create();
const first = await load.deployments();
const blocks: Record<(typeof KINDS)[number], LoadBlock>[] = [];
for (let i = 0; i <= ROUNDS; i++) {
  blocks.push({
    "token transfers": await load.tokenTransfers(TRANSFERS),
    loops: await load.loops(LOOPS),
    empty: load.empty(),
  });
}
const variants = VARIANTS.map(([name, corrections]) => ({
  name,
  engine: new EngineVariant(load.context, load.genesis.stateRoot, corrections),
  times: { "token transfers": [] as number[], loops: [] as number[], empty: [] as number[] },
}));
for (const { engine } of variants) await engine.run(first.context, first.transactions);
// The first round warms the machine up.
for (const [round, block] of blocks.entries()) {
  for (const kind of KINDS) {
    for (const { engine, times } of variants) {
      const startedAt = cpuMs();
      await engine.run(block[kind].context, block[kind].transactions);
      if (round > 0) times[kind].push(cpuMs() - startedAt);
    }
  }
}

console.log(`| | µs per ERC-20 transfer | ratio | Mgas/s of a loop | ratio | ms per empty block | ratio |`);
console.log("| --- | ---: | ---: | ---: | ---: | ---: | ---: |");
const [stock] = variants;
for (const { name, times } of variants) {
  const ratio = (kind: (typeof KINDS)[number]) =>
    (median(stock?.times[kind] ?? []) / median(times[kind])).toFixed(2);
  const cells = [
    name,
    ((median(times["token transfers"]) * 1_000) / TRANSFERS).toFixed(0),
    ratio("token transfers"),
    ((LOOPS * 0.801) / (median(times.loops) / 1_000)).toFixed(1),
    ratio("loops"),
    median(times.empty).toFixed(2),
    ratio("empty"),
  ];
  console.log(`| ${cells.join(" | ")} |`);
}

/** Of this process: other processes on the machine do not count. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}
