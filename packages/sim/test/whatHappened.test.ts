import assert from "node:assert/strict";
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

  it("is a stall only after two of the longest timeouts and the empty period", () => {
    for (let i = 0; i < 200; i++) {
      const knobs = drawKnobs(new SeededRandom(`stall ${i}`));
      const { stallMs, maxRequestTimeoutMs, emptyBlockPeriodSeconds } = knobs;
      assert.ok(stallMs > 2 * maxRequestTimeoutMs + emptyBlockPeriodSeconds * 1_000, `${stallMs} ms`);
    }
  });
});
