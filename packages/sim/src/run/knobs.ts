import type { Address } from "@causeway/protocol/hex";
import { maxFaulty } from "@causeway/protocol/quorum";
import { ACTOR_NAMES, type ActorName } from "../actors/actors.js";
import { modelValidators } from "../model/modelGenesis.js";
import type { LinkFaults } from "../network/links.js";
import { drawSetChanges, type SetChanges } from "../operators/setChanges.js";
import type { SeededRandom } from "../time/seededRandom.js";

/** Everything one seed decides before the run begins; printed first. */
export interface Knobs {
  /** The chain package with keys, or a model of it that is some ten times faster. */
  readonly execution: "real" | "model";
  readonly nodes: number;
  /** S(1), S(1 + epochLength), … as indices of nodes; the last stays. With real execution only S(1). */
  readonly sets: readonly (readonly number[])[];
  readonly epochLength: number;
  /** How the operators change the contract's list with real execution; null when nobody does. */
  readonly operators: SetChanges | null;
  /** Byzantine nodes by index. */
  readonly actors: Readonly<Record<number, ActorName>>;
  readonly requestTimeoutMs: number;
  readonly maxRequestTimeoutMs: number;
  readonly emptyBlockPeriodSeconds: number;
  readonly links: LinkFaults;
  /** Execution and commit take up to this long, in milliseconds. */
  readonly executionMsMax: number;
  /** A transaction reaches some node this often, in milliseconds; 0 means none before the healing. */
  readonly transactionEveryMs: number;
  /** A fault of the world is drawn this often on average, in milliseconds; 0 means none. */
  readonly faultEveryMs: number;
  /** Relative weights of the faults drawn. */
  readonly faults: Readonly<Record<FaultKind, number>>;
  /** Chance that an unsynced tail is torn instead of gone. */
  readonly tearChance: number;
  /** Largest clock error of a node, in milliseconds. */
  readonly skewMsMax: number;
  /** The world is healed when nobody has decided anything for so long, in milliseconds. */
  readonly stallMs: number;
  /** Pairs of nodes that never connect: what they tell each other goes through others (N2, C11). */
  readonly unconnected: readonly (readonly [number, number])[];
  /** What waits for a node's thread waits up to this long, in milliseconds, as behind a long task. */
  readonly lagMsMax: number;
  /** In place of the safety phase, one node is cut off while the others change rounds and decide nothing. */
  readonly outage: Outage | null;
}

export interface Outage {
  /** Index of the node cut off. */
  readonly node: number;
  /** Lasts so many longest timeouts, so that the others are about as many rounds ahead after it. */
  readonly rounds: number;
  /** The others are down instead. */
  readonly alone: boolean;
}

export const FAULT_KINDS = [
  "partition",
  "one-way-partition",
  "isolate",
  "disconnect",
  "crash",
  "power-loss",
  "pause",
  "clock-skew",
  "record-damage",
] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

/** Sizes worth running: 3f + 1 and those between. */
const SIZES = [4, 4, 4, 4, 4, 4, 5, 6, 7] as const;
/** Nodes outside the first set, which later sets may bring in. */
const STANDBY_MAX = 2;
/** Share of the runs that execute for real. */
const REAL_SHARE = 0.03;
/** Share of those with a machine more, for the operators to add or to do without. */
const CANDIDATE_SHARE = 0.5;
const SETS_MAX = 6;
/** Share of the runs, where it is possible, in which some pairs do not connect. */
const UNCONNECTED_SHARE = 0.35;
/** Share of the runs of four validators that begin with an outage. */
const OUTAGE_SHARE = 0.06;
/** How much longer than two rounds a stall is waited for, in milliseconds. */
const BEYOND_TWO_ROUNDS_MS = [0, 10_000, 40_000] as const;
/** A block is built, executed and committed. */
const EXECUTIONS = 3;
/** How many rounds outages last, each as likely; days of them are dear. */
const OUTAGE_ROUNDS = [30, 30, 30, 30, 30, 30, 30, 100, 1_150] as const;

/** @param forced execution instead of the drawn one. */
export function drawKnobs(random: SeededRandom, forced: Knobs["execution"] | null = null): Knobs {
  const execution = forced ?? (random.fork("execution").chance(REAL_SHARE) ? "real" : "model");
  const drawn = random.pick(SIZES) + (random.chance(0.25) ? random.integer(1, STANDBY_MAX) : 0);
  // Of four none can leave, and who joins must be there.
  const nodes = execution === "real" && random.fork("candidate").chance(CANDIDATE_SHARE) ? drawn + 1 : drawn;
  // With real execution the set is what its contract says: see withSetChanges.
  const changes = execution === "model" && nodes > 4 && random.chance(0.5);
  const size = changes ? random.integer(4, nodes) : nodes;
  const byzantine = random.chance(0.7) ? random.integer(1, maxFaulty(size)) : 0;
  const everybody = Array.from({ length: nodes }, (_, i) => i);
  const traitors = random.shuffled(everybody).slice(0, byzantine);
  const actors = Object.fromEntries(traitors.map((index) => [index, random.pick(ACTOR_NAMES)]));
  const requestTimeoutMs = random.pick([500, 1_000, 2_000, 4_000]);
  const calm = random.chance(0.15);
  const base: Knobs = {
    execution,
    nodes,
    sets: drawSets(random, everybody, traitors, changes ? random.integer(2, SETS_MAX) : 1, size),
    epochLength: changes ? random.integer(2, 8) : 100,
    operators: null,
    actors,
    requestTimeoutMs,
    maxRequestTimeoutMs: random.pick([16_000, 30_000, 60_000]),
    emptyBlockPeriodSeconds: random.integer(1, 10),
    links: {
      loss: calm || random.chance(0.4) ? 0 : random.next() * 0.3,
      duplication: random.chance(0.5) ? 0 : random.next() * 0.3,
      delayMsMin: random.pick([1, 10, 50]),
      delayMsMax: random.pick([60, 150, 500]),
      straggling: random.chance(0.6) ? 0 : random.next() * 0.1,
    },
    executionMsMax: random.pick([1, 10, 100, Math.floor(requestTimeoutMs * 0.9)]),
    transactionEveryMs: random.pick([0, 300, 900, 2_500]),
    faultEveryMs: calm ? 0 : random.pick([2_000, 5_000, 15_000]),
    faults: drawWeights(random, byzantine === 0),
    tearChance: random.pick([0, 0.3, 0.9]),
    skewMsMax: random.pick([0, 0, 500, 3_000, 20_000]),
    stallMs: random.pick(BEYOND_TWO_ROUNDS_MS),
    unconnected: changes || nodes > size ? [] : drawUnconnected(random.fork("unconnected"), nodes, traitors),
    lagMsMax: random.fork("lag").pick([0, 0, 20, 200]),
    outage: null,
  };
  const knobs = { ...base, stallMs: twoRoundsMs(base) + base.stallMs };
  if (execution === "real") return withSetChanges(random.fork("operators"), knobs, byzantine);
  const outages = random.fork("outage");
  return nodes === 4 && outages.chance(OUTAGE_SHARE) ? withOutage(outages, knobs) : knobs;
}

/** The operators change the set by transactions. */
function withSetChanges(random: SeededRandom, knobs: Knobs, byzantine: number): Knobs {
  const drawn = drawSetChanges(random, knobs.nodes, byzantine);
  if (drawn === null) return knobs;
  const { first, epochLength, operators } = drawn;
  const onlyRotate = first.length === knobs.nodes && operators.changes.every(({ kind }) => kind === "rotate");
  const unconnected = onlyRotate ? knobs.unconnected : [];
  return { ...knobs, sets: [first], epochLength, operators, unconnected };
}

/**
 * One validator is cut off; another votes for nothing, yet changes rounds with the two others, who are too few to decide.
 * Or the others are down, and the one cut off is alone. After it the two and the one have to do without the fourth.
 */
function withOutage(random: SeededRandom, knobs: Knobs): Knobs {
  const [node, traitor] = random.shuffled([0, 1, 2, 3]) as [number, number];
  return {
    ...knobs,
    actors: { [traitor]: "deserter" },
    unconnected: [],
    transactionEveryMs: 0,
    skewMsMax: 0,
    outage: { node, rounds: random.pick(OUTAGE_ROUNDS), alone: random.chance(0.3) },
  };
}

/** The longest a round may take without anybody at fault, twice: whoever waits longer waits for the healing. */
function twoRoundsMs(knobs: Knobs): number {
  const { maxRequestTimeoutMs, emptyBlockPeriodSeconds, executionMsMax } = knobs;
  return 2 * maxRequestTimeoutMs + emptyBlockPeriodSeconds * 1_000 + EXECUTIONS * executionMsMax;
}

/** Pairs without a connection, such that all honest nodes are connected through honest ones. */
function drawUnconnected(
  random: SeededRandom,
  nodes: number,
  traitors: readonly number[],
): [number, number][] {
  if (!random.chance(UNCONNECTED_SHARE)) return [];
  const everybody = Array.from({ length: nodes }, (_, i) => i);
  const honest = everybody.filter((index) => !traitors.includes(index));
  const pairs = everybody.flatMap((a) => everybody.slice(a + 1).map((b): [number, number] => [a, b]));
  const missing: [number, number][] = [];
  for (const pair of random.shuffled(pairs)) {
    if (random.chance(0.5) && areConnected(honest, [...missing, pair])) missing.push(pair);
  }
  return missing;
}

function areConnected(nodes: readonly number[], missing: readonly (readonly [number, number])[]): boolean {
  const isMissing = (a: number, b: number) =>
    missing.some(([left, right]) => (left === a && right === b) || (left === b && right === a));
  const reached = new Set(nodes.slice(0, 1));
  for (const a of reached) for (const b of nodes) if (!isMissing(a, b)) reached.add(b);
  return reached.size === nodes.length;
}

/** Each run draws its own mix: some faults often, some never. */
function drawWeights(random: SeededRandom, mayDamage: boolean): Record<FaultKind, number> {
  const weights = FAULT_KINDS.map((kind) => [kind, random.chance(0.5) ? random.next() : 0] as const);
  return {
    ...(Object.fromEntries(weights) as Record<FaultKind, number>),
    ...(mayDamage ? {} : { "record-damage": 0 }),
  };
}

/** Sets with at most f traitors each, their sizes changing by at most one at a time (V3). */
function drawSets(
  random: SeededRandom,
  everybody: readonly number[],
  traitors: readonly number[],
  count: number,
  size: number,
): number[][] {
  const isSound = (set: readonly number[]) =>
    set.filter((index) => traitors.includes(index)).length <= maxFaulty(set.length);
  const ordered = [...traitors, ...random.shuffled(everybody.filter((index) => !traitors.includes(index)))];
  const sets = [ordered.slice(0, size).sort((a, b) => a - b)];
  while (sets.length < count) {
    const last = sets.at(-1) as number[];
    const outside = everybody.filter((index) => !last.includes(index));
    const grown = outside.length > 0 && random.chance(0.6) ? [...last, random.pick(outside)] : [...last];
    const next = grown.length > 4 && random.chance(0.6) ? without(grown, random.pick(last)) : grown;
    sets.push(isSound(next) ? next.sort((a, b) => a - b) : last);
  }
  return sets;
}

function without(set: readonly number[], index: number): number[] {
  return set.filter((other) => other !== index);
}

/** Validators of the smallest set of the run. */
export function smallestSet({ sets, operators }: Knobs): number {
  const sizes = sets.map((set) => set.length);
  for (const { kind } of operators?.changes ?? []) {
    const last = sizes.at(-1) as number;
    sizes.push(kind === "add" ? last + 1 : kind === "remove" ? last - 1 : last);
  }
  return Math.min(...sizes);
}

/** Addresses of the nodes by index, ascending. */
export function keysOf({ nodes }: Knobs): Address[] {
  return modelValidators(nodes);
}
