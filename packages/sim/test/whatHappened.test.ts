import assert from "node:assert/strict";
import type { RoundChangePayload, SigningPayload } from "@causeway/protocol/consensusMessage";
import type { Address, Signature } from "@causeway/protocol/hex";
import type { Actor } from "../src/actors/actor.js";
import { ACTORS } from "../src/actors/actors.js";
import { realBackend } from "../src/backend/realBackend.js";
import { TWO_BLOCKS_PREPARED } from "../src/checkers/contradictions.js";
import { modelHash } from "../src/model/modelTransaction.js";
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

  for (const name of ["equivocator", "preparedLiar"] as const) {
    it(`is a lie of kind ${name} where what is sent differs from what its honest code said`, () => {
      const key: Address = `0x${"aa".repeat(20)}`;
      const payload: RoundChangePayload = { height: 1, round: 1, prepared: null };
      const sign = (signing: SigningPayload): Signature => modelHash("signed", JSON.stringify(signing));
      const signature = sign({ kind: "round-change", payload });
      const honest = {
        kind: "round-change",
        payload,
        author: key,
        signature,
        prepares: [],
        block: null,
      } as const;
      let counted = 0;
      const actor: Actor = ACTORS[name]({
        ...{ key, sign, random: new SeededRandom(name), height: () => 1, validators: () => [key] },
        ...{ peers: () => [], send() {}, invalid() {} },
        acted: () => {
          counted += 1;
        },
      });
      const sent = Array.from({ length: 100 }, (_, to) => actor.outgoing?.(honest, to) ?? []).flat();
      const lies = sent.filter((message) => message.signature !== signature).length;
      assert.equal(counted, lies);
      // With nothing prepared there is nothing to deny, but something to invent.
      assert.equal(lies > 0, name === "preparedLiar");
      assert.ok(lies < sent.length);
    });
  }

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
