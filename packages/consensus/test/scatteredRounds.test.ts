import assert from "node:assert/strict";
import type { Address } from "@causeway/protocol/hex";
import { maxFaulty, quorum } from "@causeway/protocol/quorum";
import { validatorSetHash } from "@causeway/protocol/validatorSet";
import { claimRound } from "./support/claimRound.js";
import { fakeSign } from "./support/fakeSigner.js";
import { GENESIS_SECONDS, modelBlock, modelGenesis, modelOutcome } from "./support/modelChain.js";
import { seededRandom } from "./support/seededRandom.js";
import type { SimulatedNode } from "./support/simulatedNode.js";
import { Simulation } from "./support/simulation.js";

const SEEDS = 150;
const SPREADS = [2, 8, 40];
const ROUNDS_BEFORE = [0, 5, 300, 2 ** 32 - 100_000];
const MAX_TIMEOUT_SECONDS = 8;
const CHAOS_SECONDS_MAX = 200;
const OUTAGES = 60;
const OUTAGE_SECONDS = 3600;
/** Two block periods, two rounds of the longest timeout, and proposers that were ahead or behind. */
const RESUME_SECONDS = 420;
/** Those behind walk the largest spread one timeout per round; then come proposers that are down. */
const CALM_SECONDS = (40 + 30) * MAX_TIMEOUT_SECONDS;

/**
 * Timed rounds that wait for q validators (docs/decisions/0002) must never wait for ever: whatever rounds the safety
 * records of q live validators resume in, whatever of their messages is lost meanwhile, and whatever rounds the others claim.
 */
describe("validators in scattered rounds", () => {
  it(`C6, C7, C8: ${SEEDS} seeds of q live validators in arbitrary rounds, prepared or not, with messages lost and lying others: calm brings blocks`, () => {
    for (let seed = 1; seed <= SEEDS; seed++) {
      try {
        runScattered(seed);
      } catch (error) {
        throw new Error(`seed ${seed}: ${error instanceof Error ? error.message : error}`, { cause: error });
      }
    }
  }).timeout(300_000);

  it(`C7, C8: ${OUTAGES} seeds of outages of an hour: nobody gets more than one round ahead of f + 1 honest validators, so that the chain resumes soon`, () => {
    for (let seed = 1; seed <= OUTAGES; seed++) {
      try {
        runOutage(seed);
      } catch (error) {
        throw new Error(`seed ${seed}: ${error instanceof Error ? error.message : error}`, { cause: error });
      }
    }
  }).timeout(300_000);
});

/** Validators come and go and hear each other or not for an hour, mostly too few for a quorum. */
function runOutage(seed: number): void {
  const random = seededRandom(seed);
  const below = (n: number) => Math.floor(random() * n);
  const validators = [2, 3, 4, 4, 5, 6, 7][below(7)] ?? 4;
  const config = { blockPeriodSeconds: 60, emptyBlockPeriodSeconds: 60 };
  const network = new Simulation({ validators, random, config }).start();
  for (let elapsed = 0; elapsed < OUTAGE_SECONDS; ) {
    const seconds = 1 + below(240);
    network.wait(seconds);
    elapsed += seconds;
    assertTogether(network);
    network.loss = random() * 0.5;
    const side = new Map(network.nodes.map((node) => [node, below(3)]));
    network.isCut = (from, to) => side.get(from) !== side.get(to);
    for (const node of network.nodes) {
      if (node.running && random() < 0.3) node.crash();
      else if (!node.running && random() < 0.5) node.start();
    }
  }
  network.heal();
  const target = network.highest + 2;
  assert(network.reaches(target, RESUME_SECONDS), `stuck, want ${target}: ${describeNodes(network.nodes)}`);
}

/** The invariant of docs/decisions/0002, over what safety records hold: also who is down at the moment has it there. */
function assertTogether({ nodes, highest }: Simulation): void {
  for (let height = Math.max(1, highest - 1); height <= highest + 1; height++) {
    const rounds = nodes.map(({ record }) => {
      const signed = record.entries.map(({ signing }) => signing);
      const changes = signed.filter(
        ({ kind, payload }) => kind === "round-change" && payload.height === height,
      );
      return Math.max(0, ...changes.map(({ payload }) => payload.round));
    });
    const descending = rounds.sort((a, b) => b - a);
    const [ahead = 0, followed = 0] = [descending[0], descending[maxFaulty(nodes.length)]];
    assert(ahead <= followed + 1, `height ${height}: rounds ${descending}`);
  }
}

function runScattered(seed: number): void {
  const random = seededRandom(seed);
  const below = (n: number) => Math.floor(random() * n);
  const validators = [1, 2, 3, 4, 4, 5, 6, 7][below(8)] ?? 4;
  const config = { maxRequestTimeoutMs: MAX_TIMEOUT_SECONDS * 1000 };
  const network = new Simulation({ validators, random, config, transactions: random() < 0.5 });
  const live = shuffled(network.nodes, random).slice(0, quorum(validators));
  const absent = network.nodes.filter((node) => !live.includes(node));
  const spread = SPREADS[below(SPREADS.length)] ?? 2;
  const lowest = 1 + (ROUNDS_BEFORE[below(ROUNDS_BEFORE.length)] ?? 0);
  const isPrepared = random() < 0.5;
  for (const node of live) {
    resumeIn(network, node, lowest + below(spread), isPrepared && random() < 0.6);
  }

  network.loss = random() * 0.7;
  network.maxDelayMs = 10 + below(3000);
  const lost = new Set(live.flatMap((from) => live.map((to) => `${from.id} ${to.id}`)));
  for (const link of lost) if (random() < 0.7) lost.delete(link);
  network.isCut = (from, to) => lost.has(`${from.id} ${to.id}`);
  for (const node of live) node.start();
  const liars = absent.slice(0, maxFaulty(validators));
  for (let elapsed = 0; elapsed < CHAOS_SECONDS_MAX * random(); ) {
    const seconds = 1 + below(20);
    network.wait(seconds);
    elapsed += seconds;
    for (const liar of liars)
      claimRound(network, liar, live[below(live.length)] ?? liar, lowest + below(2 * spread));
    const victim = live[below(live.length)];
    if (random() < 0.3 && victim?.running) victim.crash();
    for (const node of live) if (!node.running && random() < 0.5) node.start();
  }

  network.loss = 0;
  network.maxDelayMs = 10;
  network.isCut = () => false;
  for (const node of live) if (!node.running) node.start();
  const target = network.highest + 2;
  assert(network.reaches(target, CALM_SECONDS), `stuck, want ${target}: ${describeNodes(live)}`);
  for (const { halted, evidence } of live)
    assert.deepEqual({ halted, evidence }, { halted: null, evidence: [] });
}

/** The record of a validator that was in `round` when it stopped, prepared in round 0 or not. */
function resumeIn(network: Simulation, node: SimulatedNode, round: number, isPrepared: boolean): void {
  const author = keyOf(network, node);
  const [first = author] = network.validators;
  const block = modelBlock(modelGenesis(network.validators), {
    coinbase: first,
    timestamp: GENESIS_SECONDS + 1,
  });
  const vote = { height: 1, round: 0, blockHash: block.hash };
  const set = network.validators;
  if (isPrepared) {
    const prepares = set.slice(0, quorum(set.length)).map((validator) => ({
      payload: vote,
      author: validator,
      signature: fakeSign(validator, { kind: "prepare", payload: vote }),
    }));
    const { blockHash, nextValidators: _, ...state } = modelOutcome(block, set);
    const setHash = validatorSetHash(set);
    const payload = { ...vote, ...state, blockHash, timestamp: block.timestamp };
    node.record.append({
      kind: "record",
      author,
      signing: { kind: "prepare", payload: vote },
      block,
      prepares: [],
    });
    node.record.append({
      kind: "record",
      author,
      signing: {
        kind: "commit",
        payload: { ...payload, validatorSetHash: setHash, nextValidatorSetHash: setHash },
      },
      block: null,
      prepares,
    });
  }
  const prepared = isPrepared ? { round: 0, blockHash: block.hash } : null;
  const signing = { kind: "round-change", payload: { height: 1, round, prepared } } as const;
  node.record.append({ kind: "record", author, signing, block: null, prepares: [] });
}

function keyOf({ nodes, validators }: Simulation, node: SimulatedNode): Address {
  return validators[nodes.indexOf(node)] ?? "0x";
}

function shuffled<T>(items: readonly T[], random: () => number): T[] {
  return items
    .map((item) => ({ item, rank: random() }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ item }) => item);
}

function describeNodes(nodes: readonly SimulatedNode[]): string {
  return nodes
    .map(({ id, head, state }) => `${id} at ${head.height} round ${state.height?.round.number}`)
    .join(", ");
}
