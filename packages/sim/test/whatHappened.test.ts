import assert from "node:assert/strict";
import { realBackend } from "../src/backend/realBackend.js";
import { TWO_BLOCKS_PREPARED } from "../src/checkers/contradictions.js";
import { drawKnobs } from "../src/run/knobs.js";
import { calmKnobs } from "../src/scenarios/calmKnobs.js";
import { play, Scene } from "../src/scenarios/scene.js";
import { SeededRandom } from "../src/time/seededRandom.js";

describe("what a run says has happened", () => {
  it("is a block of each height, however many nodes show it", () =>
    play(new Scene("each height once", calmKnobs(4)), async (scene) => {
      const { simulation } = scene;
      simulation.startAll();
      await scene.goOn(5, 60_000);
      assert.equal(simulation.coverage.count("decided in round 0"), simulation.checkers.highest);
    }));

  it("is a lost connection where there was one; nobody is connected to himself", () =>
    play(new Scene("connections", calmKnobs(4)), async (scene) => {
      const { network } = scene.simulation;
      scene.simulation.startAll();
      await scene.goOn(1, 60_000);
      assert.equal(network.disconnect(0, 1), true);
      assert.equal(network.disconnect(0, 1), false);
      assert.equal(network.disconnect(2, 2), false);
      await scene.goOn(3, 60_000);
      for (const { index, connections } of network.endpoints) assert.equal(connections.has(index), false);
    }));

  it("is a lie where something else is said than was signed before", () =>
    play(new Scene("no lies", calmKnobs(4, { actors: { 0: "equivocator" } })), async (scene) => {
      const { coverage, nodes, checkers } = scene.simulation;
      scene.simulation.startAll();
      await scene.reach("block 1", 60_000, () => checkers.highest === 1);
      const lies = coverage.count("actor equivocator");
      // Alone it changes rounds, with nothing prepared to lie about.
      scene.kill(...nodes.map(({ index }) => index).filter((index) => index !== 0));
      await scene.pass(60_000);
      assert.equal(coverage.count("actor equivocator"), lies);
    }));

  it("is a twin that contradicts itself, not one that merely runs", () =>
    play(new Scene("twins", calmKnobs(4, { actors: { 0: "twin" } })), async (scene) => {
      const { coverage } = scene.simulation;
      scene.simulation.startAll();
      await scene.goOn(8, 60_000);
      assert.equal(coverage.count("actor twin"), 0, "both machines know and say the same");
      // It builds earlier, and of fewer transactions.
      scene.node(4).skewMs = 1_500;
      scene.submitEvery(400);
      await scene.reach("two blocks", 60_000, () => coverage.count("actor twin") > 0);
    }));

  for (const execution of ["model", "real"] as const) {
    it(`C9, C15: is two valid blocks of one round, executed and prepared by honest validators (${execution})`, async () => {
      const knobs = calmKnobs(4, { execution, actors: { 1: "doubleProposer" } });
      const backend = execution === "real" ? await realBackend(knobs) : undefined;
      await play(new Scene(`two blocks, ${execution}`, knobs, backend), async (scene) => {
        const { coverage } = scene.simulation;
        scene.submitEvery(700);
        scene.simulation.startAll();
        await scene.reach("two blocks of a round", 120_000, () => coverage.count(TWO_BLOCKS_PREPARED) > 0);
      });
    }).timeout(120_000);
  }

  it("is a stall only after two of the longest timeouts and the empty period", () => {
    for (let i = 0; i < 200; i++) {
      const knobs = drawKnobs(new SeededRandom(`stall ${i}`));
      const { stallMs, maxRequestTimeoutMs, emptyBlockPeriodSeconds } = knobs;
      assert.ok(stallMs > 2 * maxRequestTimeoutMs + emptyBlockPeriodSeconds * 1_000, `${stallMs} ms`);
    }
  });
});
