import assert from "node:assert/strict";
import { quorum } from "@causeway/protocol/quorum";
import { calmKnobs } from "../src/scenarios/calmKnobs.js";
import { play, Scene } from "../src/scenarios/scene.js";

const SLOW_MS = 600_000;
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** All orders after three days, and many more rounds. */
const HEAVY = process.env.CAUSEWAY_SIM_HEAVY === "1";
/** As in the chain spec (X7). */
const SPEC = { requestTimeoutMs: 4_000, maxRequestTimeoutMs: 60_000, emptyBlockPeriodSeconds: 10 };
/** Longer first timeouts: an outage of days has fewer messages. */
const PATIENT = { ...SPEC, requestTimeoutMs: 30_000 };
/** Sizes besides seven. */
const SIZES = [1, 4, 5, 10, 16] as const;
const KILLED = [1, 3, 6] as const;
/** Each round takes this long: the first and the longest timeout. */
const CLIMB_TIMEOUT_MS = 1_000;
const BETWEEN_STARTS_MS = 2_000;
/**
 * Places for each validator (C12): a PROPOSAL, a PREPARE and a COMMIT of the current and the highest later round, two more
 * COMMITs, a ROUND-CHANGE; as many of the head's height; one message of each kind of the next.
 */
const HELD_VOTES_MAX = 2 * 9 + 4;

describe("seven validators, some killed", () => {
  it("C1, C7, N5: with two killed blocks go on", () =>
    play(new Scene("two of seven", calmKnobs(7, SPEC)), async (scene) => {
      scene.submitEvery(1_000);
      scene.simulation.startAll();
      await scene.goOn(3, MINUTE_MS);
      scene.kill(2, 5);
      await scene.goOn(20, 20 * MINUTE_MS, [0, 1, 3, 4, 6]);
    })).timeout(SLOW_MS);

  for (const order of orders(KILLED)) {
    it(`C7, C8, C11, W3: three killed for ten minutes and started as ${order}: a block within two of the longest timeouts`, () =>
      outage(7, order, 10 * MINUTE_MS, SPEC)).timeout(SLOW_MS);
  }

  for (const order of HEAVY ? orders(KILLED) : orders(KILLED).slice(1, 2)) {
    it(`C7, C8, C11, W3: three killed for three days and started as ${order}: a block within two of the longest timeouts`, () =>
      outage(7, order, 3 * DAY_MS, PATIENT)).timeout(SLOW_MS);
  }
});

describe("as many validators killed as stop a network of another size", () => {
  for (const nodes of SIZES) {
    const order = blockingShare(nodes);

    it(`C7, C8: ${order.length} of ${nodes} for ten minutes, started as ${order}: a block within two of the longest timeouts`, () =>
      outage(nodes, order, 10 * MINUTE_MS, SPEC)).timeout(SLOW_MS);
  }
});

describe("thousands of rounds without a block", () => {
  for (const rounds of HEAVY ? [1_500, 10_000] : [1_500]) {
    it(`C6, C7, C12: a validator cut off while the others pass ${rounds} rounds is with them at once when it is back`, () =>
      climb(rounds, async () => {})).timeout(SLOW_MS);

    it(`C7, C8, C12: also when they need it, for who climbed with them is down: it jumps ${rounds} rounds`, () =>
      climb(rounds, async (scene) => {
        scene.kill(3);
        await scene.pass(5 * CLIMB_TIMEOUT_MS);
      })).timeout(SLOW_MS);
  }
});

/** n - q + 1 of n, the last of them first: the others are one too few. */
function blockingShare(nodes: number): number[] {
  const count = nodes - quorum(nodes) + 1;
  return Array.from({ length: count }, (_, i) => Math.floor(((count - i) * nodes) / count) - 1);
}

async function outage(
  nodes: number,
  order: readonly number[],
  durationMs: number,
  timeouts: typeof SPEC,
): Promise<void> {
  const { maxRequestTimeoutMs } = timeouts;
  await play(new Scene(`outage ${order} of ${nodes}`, calmKnobs(nodes, timeouts)), async (scene) => {
    scene.simulation.startAll();
    await scene.goOn(2, 2 * MINUTE_MS);
    scene.kill(...order);
    const height = Math.max(...scene.honest().map((index) => scene.heightOf(index)));
    await scene.pass(durationMs);
    const left = Math.max(...scene.honest().map((index) => scene.heightOf(index)));
    assert.ok(left <= height + 1, "blocks went on without a quorum");
    for (const index of order) {
      scene.start(index);
      await scene.pass(BETWEEN_STARTS_MS);
    }
    await scene.reach("a block", 2 * maxRequestTimeoutMs - order.length * BETWEEN_STARTS_MS, () =>
      scene.honest().every((index) => scene.heightOf(index) > left),
    );
    await scene.goOn(5, 10 * maxRequestTimeoutMs);
    assert.deepEqual(scene.simulation.evidence(), []);
  });
}

/**
 * Four validators: one votes for nothing but goes from round to round, one is cut off. The other two climb with the first
 * (docs/decisions/0002): q are in every round.
 */
async function climb(rounds: number, beforeItIsBack: (scene: Scene) => Promise<void>): Promise<void> {
  const timeoutMs = CLIMB_TIMEOUT_MS;
  const knobs = calmKnobs(4, {
    ...{ actors: { 3: "abstainer" }, requestTimeoutMs: timeoutMs, maxRequestTimeoutMs: timeoutMs },
  });
  await play(new Scene(`climb ${rounds}`, knobs), async (scene) => {
    scene.simulation.startAll();
    await scene.goOn(2, MINUTE_MS);
    scene.cut([0], [1, 2, 3]);
    await scene.pass(rounds * timeoutMs);
    const height = scene.heightOf(1);
    assert.equal(scene.heightOf(2), height);
    const reached = scene.roundOf(1);
    assert.ok(reached > rounds * 0.8, `only round ${reached}`);
    for (const index of scene.honest()) await holdsFewVotes(scene, index);
    await beforeItIsBack(scene);
    scene.mend();
    await scene.reach("a block", 2 * timeoutMs, () =>
      [0, 1, 2].every((index) => scene.heightOf(index) > height),
    );
    for (const index of scene.honest()) await holdsFewVotes(scene, index);
    await scene.goOn(3, MINUTE_MS);
  });
}

async function holdsFewVotes(scene: Scene, index: number): Promise<void> {
  const votes = await scene.node(index).gauge("causeway_held_votes");
  const max = HELD_VOTES_MAX * scene.simulation.knobs.nodes;
  assert.ok(votes !== null && votes > 0 && votes <= max, `node ${index} holds ${votes} votes`);
}

function orders(items: readonly number[]): number[][] {
  if (items.length < 2) return [[...items]];
  return items.flatMap((first) =>
    orders(items.filter((item) => item !== first)).map((rest) => [first, ...rest]),
  );
}
