import { maxFaulty } from "@causeway/protocol/quorum";
import { ACTOR_NAMES } from "../src/actors/actors.js";
import { calmKnobs } from "../src/scenarios/calmKnobs.js";
import { play, Scene } from "../src/scenarios/scene.js";

const SLOW_MS = 300_000;
const SIZES = [1, 4, 5, 7, 10, 16];
const HEIGHTS = 5;
/** Each of these rounds may belong to one that is down or lies. */
const WITHIN_MS = 600_000;

describe("networks of every size", () => {
  for (const nodes of SIZES) {
    const f = maxFaulty(nodes);

    it(`F1, C1, C3: ${nodes} validators decide`, async () => {
      await play(new Scene(`healthy ${nodes}`, calmKnobs(nodes)), async (scene) => {
        scene.submitEvery(500);
        scene.simulation.startAll();
        await scene.goOn(2 * HEIGHTS, 60_000);
      });
    }).timeout(SLOW_MS);

    if (f === 0) continue;

    it(`F1, C1, C7: ${nodes} validators decide with ${f} crashed`, async () => {
      await play(new Scene(`crashed ${nodes}`, calmKnobs(nodes)), async (scene) => {
        scene.submitEvery(500);
        scene.simulation.startAll();
        await scene.goOn(1, 60_000);
        const down = scene.honest().slice(1, 1 + f);
        scene.kill(...down);
        await scene.goOn(
          HEIGHTS,
          WITHIN_MS,
          scene.honest().filter((index) => !down.includes(index)),
        );
      });
    }).timeout(SLOW_MS);

    for (const actor of ACTOR_NAMES) {
      it(`F1, F2, C15: ${nodes} validators decide with ${f} of kind ${actor}`, async () => {
        const actors = Object.fromEntries(Array.from({ length: f }, (_, i) => [2 * i, actor]));
        await play(new Scene(`${actor} ${nodes}`, calmKnobs(nodes, { actors })), async (scene) => {
          scene.submitEvery(500);
          scene.simulation.startAll();
          await scene.goOn(HEIGHTS, WITHIN_MS);
        });
      }).timeout(SLOW_MS);
    }
  }
});
