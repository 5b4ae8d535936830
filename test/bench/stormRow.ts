import { writeFile } from "node:fs/promises";
import type { Cluster } from "@causeway/devnet/cluster";
import { waitFor } from "@causeway/devnet/waitFor";
import { finalizedLines } from "../support/finalizedLines.js";
import { type ProcessorTime, processorTime } from "../support/processorTime.js";
import { quantile } from "../support/quantile.js";
import { RequestStorm, type StormCounts } from "../support/requestStorm.js";
import { makeCluster, makeTestDirectory, removeCluster } from "../support/testCluster.js";
import { BLOCK_SPEC, LEAD_BLOCKS, type Times, timesOf } from "./blockTimes.js";

/** At each validator, a third each for calls, logs and traces. */
const CLIENTS = 6;
/** Calm and storm take turns, so that what else this machine does meets both. */
const PAIRS = 5;
const BLOCKS = 10;
const SPELL_MS_MAX = 120_000;
const POLL_MS = 100;
/** Account that fills the chain with logs. */
const LOGGING_ACCOUNT = 9;

interface Spell extends Times {
  readonly counts: StormCounts;
  readonly seconds: number;
  /** Of a voting thread, for each block; null where the system does not tell. */
  readonly voting: ProcessorTime | null;
}

const COLUMNS = [
  ...["validators", "clients at each", "blocks of each kind", "rounds > 0, calm", "storm"],
  ...["proposer p50, calm", "storm", "ratio", "others p50, calm", "storm", "ratio", "p99, calm", "storm"],
  ...["voting thread on a processor, per block, calm", "storm", "waiting for one, calm", "storm"],
  ...["calls/s", "log queries/s", "traces/s"],
];

/** Lines of a table: what a storm of requests at every validator adds to the time from proposal to certificate. */
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
      calm.push(await spell(cluster, null));
      stormy.push(await spell(cluster, RequestStorm.begin(cluster, CLIENTS)));
    }
    const row = [validators, CLIENTS, PAIRS * BLOCKS, ...cells(calm, stormy)];
    return [
      "",
      `| ${COLUMNS.join(" | ")} |`,
      `|${" ---: |".repeat(COLUMNS.length)}`,
      `| ${row.join(" | ")} |`,
    ];
  } finally {
    await removeCluster(cluster);
  }
}

/** Watched in the logs: asking would be one request more among those that wait. */
async function spell(cluster: Cluster, storm: RequestStorm | null): Promise<Spell> {
  try {
    const startedAt = performance.now();
    const first = (await newestHeight(cluster)) + LEAD_BLOCKS;
    await reach(cluster, first);
    const before = await votingTimes(cluster);
    await reach(cluster, first + BLOCKS);
    const after = await votingTimes(cluster);
    const counts = (await storm?.end()) ?? { calls: 0, logs: 0, traces: 0, failed: 0 };
    const seconds = (performance.now() - startedAt) / 1_000;
    // The serve thread may have more to do than to look at the newest heads.
    await cluster.waitForHeight(1, first + BLOCKS, SPELL_MS_MAX);
    const heights = Array.from({ length: BLOCKS }, (_, i) => first + 1 + i);
    return { ...(await timesOf(cluster, heights)), counts, seconds, voting: perBlock(before, after) };
  } finally {
    await storm?.abandon();
  }
}

async function newestHeight(cluster: Cluster): Promise<number> {
  return (await finalizedLines(cluster, 1)).at(-1)?.height ?? 0;
}

async function reach(cluster: Cluster, height: number): Promise<void> {
  for (const [i] of cluster.validators.entries()) {
    await waitFor(
      `block ${height} at validator ${i + 1}`,
      async () => ((await finalizedLines(cluster, i + 1)).at(-1)?.height ?? 0) >= height || null,
      { timeoutMs: SPELL_MS_MAX, intervalMs: POLL_MS },
    );
  }
}

function votingTimes(cluster: Cluster): Promise<(ProcessorTime | null)[]> {
  return Promise.all(cluster.validators.map(({ pid }) => (pid === undefined ? null : processorTime(pid))));
}

/** The mean over validators. */
function perBlock(
  before: readonly (ProcessorTime | null)[],
  after: readonly (ProcessorTime | null)[],
): ProcessorTime | null {
  let [ranMs, waitedMs] = [0, 0];
  for (const [i, end] of after.entries()) {
    const start = before[i];
    if (end === null || start === null || start === undefined) return null;
    ranMs += end.ranMs - start.ranMs;
    waitedMs += end.waitedMs - start.waitedMs;
  }
  const share = after.length * BLOCKS;
  return { ranMs: ranMs / share, waitedMs: waitedMs / share };
}

function cells(calm: readonly Spell[], stormy: readonly Spell[]): readonly (string | number)[] {
  const both = [calm, stormy] as const;
  const median = (spells: readonly Spell[], of: (spell: Spell) => readonly number[]) =>
    quantile(spells.flatMap(of), 0.5);
  const compare = (of: (spell: Spell) => readonly number[]) => {
    const [without, within] = both.map((spells) => median(spells, of)) as [number, number];
    return [`${without} ms`, `${within} ms`, (within / without).toFixed(2)];
  };
  const others = ({ othersMs }: Spell) => othersMs;
  const seconds = stormy.reduce((sum, spell) => sum + spell.seconds, 0);
  const rate = (kind: keyof StormCounts) =>
    (stormy.reduce((sum, { counts }) => sum + counts[kind], 0) / seconds).toFixed(1);
  const voting = (field: keyof ProcessorTime) =>
    both.map((spells) => {
      const each = spells.flatMap(({ voting }) => voting?.[field] ?? []);
      return each.length === 0 ? "?" : `${quantile(each, 0.5).toFixed(0)} ms`;
    });
  return [
    ...both.map((spells) => spells.reduce((sum, { roundsAboveZero }) => sum + roundsAboveZero, 0)),
    ...compare(({ proposerMs }) => proposerMs),
    ...compare(others),
    ...both.map((spells) => `${quantile(spells.flatMap(others), 0.99)} ms`),
    ...[...voting("ranMs"), ...voting("waitedMs")],
    ...[rate("calls"), rate("logs"), rate("traces")],
  ];
}
