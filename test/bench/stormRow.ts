import { writeFile } from "node:fs/promises";
import type { Cluster } from "@causeway/devnet/cluster";
import { quantile } from "../support/quantile.js";
import { RequestStorm, type StormCounts } from "../support/requestStorm.js";
import { makeCluster, makeTestDirectory, removeCluster } from "../support/testCluster.js";
import { BLOCK_SPEC, blocks, type Times, timesOf } from "./blockTimes.js";

/** At each validator, a third each for calls, logs and traces. */
const CLIENTS = 6;
/** Calm and storm take turns, so that what else this machine does meets both. */
const PAIRS = 5;
const BLOCKS = 8;
/** Account that fills the chain with logs. */
const LOGGING_ACCOUNT = 9;

interface Spell {
  readonly times: Times;
  readonly counts: StormCounts;
  readonly seconds: number;
}

const NONE: StormCounts = { calls: 0, logs: 0, traces: 0, failed: 0 };

/** Lines of a table: what a storm of requests adds to the time from proposal to certificate. */
export async function stormRow(validators: number): Promise<readonly string[]> {
  const dir = await makeTestDirectory();
  const preset = `${dir}/preset.json`;
  await writeFile(preset, JSON.stringify(BLOCK_SPEC));
  const cluster = await makeCluster({ dir, validators, initArgs: ["--preset", preset] });
  try {
    await cluster.init();
    await cluster.startValidators();
    await RequestStorm.prepare(cluster, LOGGING_ACCOUNT);
    const calm: Spell[] = [];
    const stormy: Spell[] = [];
    for (let pair = 0; pair < PAIRS; pair++) {
      calm.push(await spell(cluster, false));
      stormy.push(await spell(cluster, true));
    }
    return [
      "",
      "| validators | clients at each | blocks of each kind | rounds > 0, calm | storm | proposer p50, calm | storm | ratio | others p50, calm | storm | ratio | p99, calm | storm | calls/s | log queries/s | traces/s |",
      `|${" ---: |".repeat(16)}`,
      format(validators, calm, stormy),
    ];
  } finally {
    await removeCluster(cluster);
  }
}

async function spell(cluster: Cluster, isStormy: boolean): Promise<Spell> {
  const startedAt = performance.now();
  const storm = isStormy ? RequestStorm.begin(cluster, CLIENTS) : null;
  try {
    const heights = await blocks(cluster, BLOCKS);
    const seconds = (performance.now() - startedAt) / 1_000;
    const counts = (await storm?.end()) ?? NONE;
    return { times: await timesOf(cluster, heights), counts, seconds };
  } finally {
    await storm?.abandon();
  }
}

function format(validators: number, calm: readonly Spell[], stormy: readonly Spell[]): string {
  const all = (spells: readonly Spell[], of: (times: Times) => readonly number[]) =>
    spells.flatMap(({ times }) => of(times));
  const rounds = (spells: readonly Spell[]) =>
    spells.reduce((sum, { times }) => sum + times.roundsAboveZero, 0);
  const compare = (of: (times: Times) => readonly number[]) => {
    const [without, within] = [quantile(all(calm, of), 0.5), quantile(all(stormy, of), 0.5)];
    return [`${without} ms`, `${within} ms`, (within / without).toFixed(2)];
  };
  const others = ({ othersMs }: Times) => othersMs;
  const seconds = stormy.reduce((sum, spell) => sum + spell.seconds, 0);
  const rate = (kind: keyof StormCounts) =>
    (stormy.reduce((sum, { counts }) => sum + counts[kind], 0) / seconds).toFixed(1);
  const cells = [
    ...[validators, CLIENTS, PAIRS * BLOCKS, rounds(calm), rounds(stormy)],
    ...compare(({ proposerMs }) => proposerMs),
    ...compare(others),
    ...[calm, stormy].map((spells) => `${quantile(all(spells, others), 0.99)} ms`),
    ...[rate("calls"), rate("logs"), rate("traces")],
  ];
  return `| ${cells.join(" | ")} |`;
}
