import assert from "node:assert/strict";
import { calmKnobs } from "../src/scenarios/calmKnobs.js";
import { play, Scene } from "../src/scenarios/scene.js";

const SLOW_MS = 300_000;
const MINUTE_MS = 60_000;
const ERROR_MS = 5 * MINUTE_MS;

/** Four validators, some of whose clocks are off after a few blocks. */
function withWrongClocks(
  wrong: readonly number[],
  errorMs: number,
  script: (scene: Scene) => Promise<void>,
): Promise<void> {
  const scene = new Scene(`clocks ${wrong} ${errorMs}`, calmKnobs(4, { skewMsMax: ERROR_MS }));
  return play(scene, async () => {
    scene.submitEvery(500);
    scene.simulation.startAll();
    await scene.goOn(3, MINUTE_MS);
    for (const index of wrong) scene.node(index).skewMs = errorMs;
    await script(scene);
    for (const index of wrong) scene.node(index).skewMs = 0;
    // What a fast quorum certified may lie ahead of the clocks by their error.
    await scene.goOn(5, ERROR_MS + MINUTE_MS);
  });
}

describe("clocks that are wrong by minutes", () => {
  for (const [name, errorMs] of [
    ["fast", ERROR_MS],
    ["slow", -ERROR_MS],
  ] as const) {
    it(`C13: one ${name} validator of four: blocks go on`, () =>
      withWrongClocks([1], errorMs, (scene) => scene.goOn(12, 2 * MINUTE_MS, [0, 2, 3]))).timeout(SLOW_MS);
  }

  it("C13: two slow ones, more than n - q: the chain waits, does not fork, and goes on when they are set right", () =>
    withWrongClocks([1, 2], -ERROR_MS, async (scene) => {
      const height = highest(scene);
      await scene.pass(3 * MINUTE_MS);
      assert.ok(highest(scene) <= height + 1, `${highest(scene) - height} blocks were decided`);
    })).timeout(SLOW_MS);

  it("C13: two fast ones: no fork, and the chain goes on when they are set right", () =>
    withWrongClocks([1, 2], ERROR_MS, (scene) => scene.pass(3 * MINUTE_MS))).timeout(SLOW_MS);

  it("C13: three fast ones, a quorum: no fork, and the chain goes on once the clocks have caught up", () =>
    withWrongClocks([0, 1, 2], ERROR_MS, (scene) => scene.pass(3 * MINUTE_MS))).timeout(SLOW_MS);
});

function highest(scene: Scene): number {
  return Math.max(...scene.honest().map((index) => scene.heightOf(index)));
}
