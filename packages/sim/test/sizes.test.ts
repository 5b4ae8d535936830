import assert from "node:assert/strict";
import { maxFaulty } from "@causeway/protocol/quorum";
import { ACTOR_NAMES, type ActorName } from "../src/actors/actors.js";
import { calmKnobs } from "../src/scenarios/calmKnobs.js";
import { play, Scene } from "../src/scenarios/scene.js";

const SLOW_MS = 300_000;
const SIZES = [1, 4, 5, 7, 10, 16];
const HEIGHTS = 5;
/** Each of these rounds may belong to one that is down or lies. */
const WITHIN_MS = 600_000;
/** What these actors say contradicts itself, and who hears one half of it hears the other from the rest. */
const CONTRADICTING: readonly ActorName[] = ["equivocator", "doubleProposer", "roundSpammer"];

describe("networks of every size", () => {
  for (const nodes of SIZES) {
    const f = maxFaulty(nodes);

    it(`F1, C1, C3, C15: ${nodes} validators decide, and nobody accuses anybody`, async () => {
      await play(new Scene(`healthy ${nodes}`, calmKnobs(nodes)), async (scene) => {
        scene.submitEvery(500);
        scene.simulation.startAll();
        await scene.goOn(2 * HEIGHTS, 60_000);
        assert.deepEqual(scene.simulation.evidence(), []);
      });
    }).timeout(SLOW_MS);

    if (f === 0) continue;

    it(`F1, C1, C7, C15: ${nodes} validators decide with ${f} crashed, and nobody accuses anybody`, async () => {
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
        assert.deepEqual(scene.simulation.evidence(), []);
      });
    }).timeout(SLOW_MS);

    for (const actor of ACTOR_NAMES) {
      it(`F1, F2, C15: ${nodes} validators decide with ${f} of kind ${actor}, and accuse no honest one`, async () => {
        const actors = Object.fromEntries(Array.from({ length: f }, (_, i) => [2 * i, actor]));
        await play(new Scene(`${actor} ${nodes}`, calmKnobs(nodes, { actors })), async (scene) => {
          scene.submitEvery(500);
          scene.simulation.startAll();
          await scene.goOn(HEIGHTS, WITHIN_MS);
          const evidence = scene.simulation.evidence();
          if (!CONTRADICTING.includes(actor)) return;
          const accused = new Set(evidence.map(({ validator }) => validator)).size;
          // Any of them proposes seldom; an equivocator needs no turn.
          assert.ok(accused >= (actor === "equivocator" ? f : 1), `${accused} were found out`);
        });
      }).timeout(SLOW_MS);
    }
  }
});
