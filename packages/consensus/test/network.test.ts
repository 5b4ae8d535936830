import assert from "node:assert/strict";
import type { Address } from "@causeway/protocol/hex";
import { seededRandom } from "./support/seededRandom.js";
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
    const stalled = network.highest;
    assert(stalled <= before + 1);
    const rounds = [2, 3].map((i) => network.node(i).state.height?.round.number);
    assert.deepEqual(rounds, [1, 1], "nobody runs away alone");
    network.node(0).start();
    assert(network.reaches(stalled + 3, 40), `stuck at ${network.highest}`);
  });

  it("C8, W3: validators restarted rounds apart, with one of four down, still meet", () => {
    const network = new Simulation({ validators: 4 });
    for (const [i, round] of [12, 5].entries()) {
      network.node(i).record.append({
        kind: "record",
        author: network.validators[i] ?? "0x",
        signing: { kind: "round-change", payload: { height: 1, round, prepared: null } },
        block: null,
        prepares: [],
      });
    }
    for (const node of network.nodes.slice(0, 3)) node.start();
    assert(network.reaches(3, 900), `stuck at ${network.highest}`);
  });

  it("C5: a prepared block is proposed again byte-identically, and its hash does not depend on the round", () => {
    const network = new Simulation({ validators: 4 });
    network.passes = ({ kind, payload }) => kind !== "commit" || payload.round > 0;
    network.start();
    assert(network.reaches(1, 60), `stuck at ${network.highest}`);
    for (const { chain, record } of network.nodes) {
      const [first] = chain;
      assert.equal(first?.block.coinbase, network.validators[0], "the first proposer's block");
      assert((first?.certificate.checkpoint.round ?? 0) > 0);
      const signed = record.entries.filter(({ signing }) => signing.payload.height === 1);
      const blocks = signed.flatMap(({ block }) => (block === null ? [] : [block.bytes]));
      for (const bytes of blocks) assert.deepEqual(bytes, first?.block.bytes);
    }
  });

  it("N2: validators in a line, each connected to its neighbours only, finalize", () => {
    const network = new Simulation({ validators: 4 });
    const position = new Map(network.nodes.map((node, i) => [node, i]));
    network.isCut = (from, to) => Math.abs((position.get(from) ?? 0) - (position.get(to) ?? 0)) > 1;
    network.start();
    assert(network.reaches(10, 60), `stuck at ${network.highest}`);
  });

  const TOPOLOGIES: Readonly<
    Record<string, { followers: number; isLink: (a: number, b: number) => boolean }>
  > = {
    "one follower in the middle": { followers: 1, isLink: (a, b) => a === 4 || b === 4 },
    "a sentry each": { followers: 4, isLink: (a, b) => Math.abs(a - b) === 4 || (a >= 4 && b >= 4) },
  };
  for (const [name, { followers, isLink }] of Object.entries(TOPOLOGIES)) {
    it(`C11: validators that hear each other through followers only (${name}) go on after half of everything was lost`, () => {
      for (let seed = 1; seed <= 20; seed++) {
        const network = new Simulation({ validators: 4, followers, random: seededRandom(seed) });
        const index = new Map(network.nodes.map((node, i) => [node, i]));
        network.isCut = (from, to) => !isLink(index.get(from) ?? 0, index.get(to) ?? 0);
        network.loss = 0.5;
        network.start();
        network.wait(60);
        network.loss = 0;
        const target = network.highest + 3;
        assert(network.reaches(target, 300), `seed ${seed}: stuck at ${network.highest}, want ${target}`);
      }
    });
  }

  it("C11: a validator cut off for a while catches up without help", () => {
    const network = new Simulation({ validators: 4 }).start();
    const [alone] = network.nodes;
    network.isCut = (from, to) => from === alone || to === alone;
    assert(network.reaches(20, 200, network.nodes.slice(1)), `stuck at ${network.highest}`);
    assert(network.node(0).head.height < 5);
    network.heal();
    assert(network.reaches(25, 60), `stuck at ${network.node(0).head.height}`);
  });

  it("C11: half against half decides nothing, and goes on when joined", () => {
    const network = new Simulation({ validators: 4 }).start();
    assert(network.reaches(2, 10));
    const side = new Map(network.nodes.map((node, i) => [node, i % 2]));
    network.isCut = (from, to) => side.get(from) !== side.get(to);
    const before = network.highest;
    network.wait(300);
    assert(network.highest <= before + 1);
    network.heal();
    assert(network.reaches(before + 5, 200), `stuck at ${network.highest}`);
  });

  for (const skewMs of [30_000, -30_000]) {
    it(`C13: with one clock of four ${skewMs / 1000} s off, blocks go on`, () => {
      const network = new Simulation({ validators: 4 });
      network.node(1).skewMs = skewMs;
      network.start();
      assert(network.reaches(10, 120, network.nodes.slice(2)), `stuck at ${network.highest}`);
    });
  }

  it("C13: with three clocks of four off there is no fork, and blocks go on when they are set right", () => {
    const network = new Simulation({ validators: 4 });
    for (const [i, seconds] of [60, -60, 120].entries()) network.node(i).skewMs = seconds * 1000;
    network.start().wait(300);
    for (const node of network.nodes) node.skewMs = 0;
    const target = network.highest + 5;
    assert(network.reaches(target, 400), `stuck at ${network.highest}`);
  });

  it("C13: all started with clocks a day back, the chain waits, and goes on within two of the longest timeouts once they are set right", () => {
    const network = new Simulation({ validators: 4 }).start();
    assert(network.reaches(3, 30));
    for (const node of network.nodes) {
      node.crash();
      node.skewMs = -86_400_000;
      node.start();
    }
    network.wait(300);
    const waiting = network.highest;
    for (const node of network.nodes) node.skewMs = 0;
    assert(network.reaches(waiting + 1, 120), `stuck at ${network.highest}`);
  });

  it("C15: a validator run twice with one key is found out, and blocks go on", () => {
    const network = new Simulation({ validators: 4, twins: 1 });
    const [original, twin] = [network.node(0), network.node(4)];
    network.isCut = (from, to) => from === original && network.nodes.indexOf(to) > 2;
    network.start();
    assert(network.reaches(8, 200, network.nodes.slice(1, 4)), `stuck at ${network.highest}`);
    assert(twin.running);
    const evidence = network.nodes.slice(1, 4).flatMap((node) => node.evidence);
    assert(evidence.length > 0);
    assert(evidence.every((effect) => effect.evidence.validator === network.validators[0]));
  });

  it("V1: a removed validator follows and an added one votes, from the height after the change", () => {
    const setAfter = (height: number, all: readonly Address[]) =>
      height < 5 ? all.slice(0, 4) : all.slice(1);
    const network = new Simulation({ validators: 5, setAfter }).start();
    assert(network.reaches(12, 60), `stuck at ${network.highest}`);
    const signedHeights = (i: number) =>
      network.node(i).record.entries.map(({ signing }) => signing.payload.height);
    assert.equal(Math.max(...signedHeights(0)), 5);
    assert.equal(Math.min(...signedHeights(4)), 6);
  });

  it("C14: without transactions blocks come at the empty period", () => {
    const network = new Simulation({ validators: 4, transactions: false }).start();
    network.wait(61);
    assert.equal(network.highest, 6);
    for (const { chain } of network.nodes) {
      assert(chain.every(({ certificate }) => certificate.checkpoint.round === 0));
    }
  });
});
