import assert from "node:assert/strict";
import { Simulation } from "./support/simulation.js";

describe("a network of reducers", () => {
  for (const validators of [1, 4, 7]) {
    it(`C3: ${validators} validator(s) finalize one block per period`, () => {
      const network = new Simulation({ validators }).start();
      assert(network.reaches(20, 30), `stuck at ${network.highest}`);
      assert(network.nodes.every((node) => node.refused.length === 0 && node.halted === null));
    });
  }

  it("F1: a follower without a key finalizes the same blocks", () => {
    const network = new Simulation({ validators: 4, followers: 1 }).start();
    assert(network.reaches(5, 10));
    assert.equal(network.node(4).record.entries.length, 0);
  });

  it("C8: with one of four killed, blocks go on", () => {
    const network = new Simulation({ validators: 4 }).start();
    assert(network.reaches(3, 10));
    network.node(1).crash();
    assert(network.reaches(13, 60), `stuck at ${network.highest}`);
    network.node(1).start();
    assert(network.reaches(18, 40), `stuck at ${network.highest}`);
  });

  it("C8, C11: with two of four killed nothing is decided; one restarted alone brings the chain back", () => {
    const network = new Simulation({ validators: 4 }).start();
    assert(network.reaches(3, 10));
    network.node(0).crash();
    network.node(1).crash();
    const before = network.highest;
    network.wait(1800);
    assert(network.highest <= before + 1);
    const rounds = [2, 3].map((i) => network.node(i).state.height?.round.number ?? 0);
    assert(Math.min(...rounds) > 10, `rounds ${rounds}`);
    const stalled = network.highest;
    network.node(0).start();
    assert(network.reaches(stalled + 5, 200), `stuck at ${network.highest}, rounds ${rounds}`);
  });
});
