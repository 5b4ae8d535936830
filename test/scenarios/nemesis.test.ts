import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { waitFor } from "@causeway/devnet/waitFor";
import { EXPECTED, type Fault } from "../support/nemesis/expectedOutcomes.js";
import { HurtNetwork, PATIENCE_MS } from "../support/nemesis/hurtNetwork.js";
import { repositoryRoot } from "../support/repositoryRoot.js";

/** Every fault with four and with seven validators, not only the sample that every run takes. */
const WHOLE = process.env.CAUSEWAY_NEMESIS === "whole";
const LONG: readonly Fault[] = ["pause long"];
const SAMPLE_OF_SEVEN: readonly Fault[] = ["kill f", "kill f + 1", "pause q - 1", "partition"];
/** Longer than any timeout: every proposal of a good clock is far ahead of a slow one, and the other way round. */
const CLOCK_OFFSET_MS = 600_000;
/** What a quorum is wrong by must be waited for. */
const CLOCK_AHEAD_MS = 6_000;
/** H1. */
const MAX_AHEAD_MS = 2_000;
/** What an operating system says of a disk or file that takes no more, as the last line of the log. */
const DISK_REASON = /causeway: .*\b(ENOSPC|EFBIG|No space left on device|File too large)\b[^\n]*$/;

/** What is done to a network of any size, and what must come of it. All of it heals in the end. */
const FAULTS: Readonly<Record<Fault, (network: HurtNetwork) => Promise<void>>> = {
  async "kill f"(network) {
    const victims = network.last(network.f);
    await network.kill(victims);
    await network.goesOn(network.allBut(victims));
    await network.restart(victims);
    await network.takesPart(victims);
  },

  async "kill f + 1"(network) {
    const victims = network.last(network.n - network.q + 1);
    await network.kill(victims);
    const others = network.allBut(victims);
    const stood = await network.waits(others);
    await network.recovers(others, stood, () => network.restart(victims.toReversed()));
    await network.takesPart(network.all);
  },

  async "pause f"(network) {
    const victims = network.last(network.f);
    network.pause(victims);
    await network.goesOn(network.allBut(victims));
    network.resume(victims);
    await network.takesPart(victims);
  },

  async "pause q - 1"(network) {
    const victims = network.last(network.q - 1);
    network.pause(victims);
    const others = network.allBut(victims);
    const stood = await network.waits(others);
    await network.recovers(others, stood, () => network.resume(victims));
    await network.takesPart(network.all);
  },

  async "pause long"(network) {
    const victims = network.last(network.q - 1);
    const others = network.allBut(victims);
    network.pause(victims);
    await network.hasPeers(others, others.length - 1);
    await network.waits(others);
    network.resume(victims);
    console.log(`      block after ${await network.blockWithin(network.all, PATIENCE_MS)} ms`);
    await network.takesPart(network.all);
  },

  async "cut off f"(network) {
    const victims = network.last(network.f);
    const others = network.allBut(victims);
    network.links.partition(victims, others);
    await network.goesOn(others);
    const [lowest, highest] = [
      Math.min(...(await network.heights(others))),
      Math.max(...(await network.heights(victims))),
    ];
    assert.ok(highest < lowest, `cut off, and yet at block ${highest} when the others are at ${lowest}`);
    network.links.heal();
    await network.takesPart(victims);
  },

  async partition(network) {
    const [one, other] = halves(network);
    network.links.partition(one, other);
    await network.waits(network.all);
    network.links.heal();
    await network.takesPart(network.all);
  },

  async silence(network) {
    const [one, other] = halves(network);
    network.links.silence(one, other);
    await network.waits(network.all);
    network.links.heal();
    await network.takesPart(network.all);
  },

  async "one way"(network) {
    const unheard = network.last(network.f);
    const others = network.allBut(unheard);
    network.links.stall(unheard, network.all);
    const head = await network.top(others);
    await network.goesOn(others, 4);
    await network.sealNothing(unheard, head);
    network.links.heal();
    await network.takesPart(unheard);
  },

  async delay(network) {
    const far = network.last(network.f);
    network.links.delay(far, network.all, 200);
    network.links.delay(network.all, far, 200);
    await network.goesOn(network.all);
    network.links.heal();
  },

  async "clock fast"(network) {
    const wrong = network.last(network.f);
    for (const i of wrong) network.clocks.set(i, CLOCK_OFFSET_MS);
    // Each of them has its turn to propose.
    await network.goesOn(network.all, network.n + 1);
    await waitFor(
      "a proposal to be refused for its time",
      async () => (((await network.status(1)).refused["H1.timestamp"] ?? 0) > 0 ? true : null),
      { timeoutMs: PATIENCE_MS },
    );
    assert.ok((await network.chainTimeMs()) <= Date.now() + MAX_AHEAD_MS);
    for (const i of wrong) network.clocks.set(i, 0);
    await network.takesPart(wrong);
  },

  async "clock slow"(network) {
    const wrong = network.last(network.f);
    for (const i of wrong) network.clocks.set(i, -CLOCK_OFFSET_MS);
    const head = await network.top(network.allBut(wrong));
    await network.goesOn(network.all, 4);
    await network.sealNothing(wrong, head);
    for (const i of wrong) network.clocks.set(i, 0);
    await network.takesPart(wrong);
  },

  async "clocks slow"(network) {
    const wrong = network.last(network.n - network.q + 1);
    for (const i of wrong) network.clocks.set(i, -CLOCK_OFFSET_MS);
    const stood = await network.waits(network.all);
    await network.recovers(network.all, stood, () => {
      for (const i of wrong) network.clocks.set(i, 0);
    });
    await network.takesPart(network.all);
  },

  async "clocks fast"(network) {
    const wrong = network.last(network.q);
    for (const i of wrong) network.clocks.set(i, CLOCK_AHEAD_MS);
    await network.goesOn(network.all);
    await waitFor(
      "the chain to follow the quorum",
      async () => ((await network.chainTimeMs()) > Date.now() + MAX_AHEAD_MS ? true : null),
      { timeoutMs: PATIENCE_MS },
    );
    for (const i of wrong) network.clocks.set(i, 0);
    // What was proposed by the wrong clocks may still come.
    await network.goesOn(network.all);
    await network.takesPart(network.all);
    assert.ok((await network.chainTimeMs()) <= Date.now() + MAX_AHEAD_MS);
  },

  async "disk full"(network) {
    const [victim] = network.last(1) as [number];
    await network.onTightDisk(victim, async (disk, process) => {
      console.log(`      on ${disk.how}`);
      disk.fill(process);
      const exit = await process.waitForExit();
      assert.deepEqual(exit, { code: 1, signal: null });
      assert.match(
        process.logTail(),
        /causeway: .*\b(ENOSPC|EFBIG|No space left on device|File too large)\b/,
      );
      await network.goesOn(network.allBut([victim]));
      process.start();
      assert.deepEqual(await process.waitForExit(), { code: 1, signal: null });
      assert.match(process.logTail(), DISK_REASON);
      disk.free();
      process.start();
      await network.takesPart([victim]);
    });
  },
};

/** Neither side has a quorum. */
function halves({ n, all }: HurtNetwork): readonly [readonly number[], readonly number[]] {
  const middle = Math.ceil(n / 2);
  return [all.slice(0, middle), all.slice(middle)];
}

describe("docs/nemesis.md", () => {
  it("says of each fault what is done and what must come of it", () => {
    const text = readFileSync(join(repositoryRoot, "docs/nemesis.md"), "utf8");
    const rows = text.split("\n").filter((line) => line.startsWith("| "));
    const expected = Object.entries(EXPECTED).map(
      ([id, { done, outcome }]) => `| ${id} | ${done} | ${outcome} |`,
    );
    assert.deepEqual(rows.slice(2), expected);
  });
});

for (const validators of [4, 7]) {
  const faults = Object.keys(FAULTS) as Fault[];
  const sample = validators === 7 ? SAMPLE_OF_SEVEN : faults.filter((fault) => !LONG.includes(fault));
  const chosen = WHOLE ? faults : sample;

  describe(`nemesis: ${validators} validators under load`, () => {
    let network: HurtNetwork;

    before(async () => {
      network = await HurtNetwork.start(validators);
    });
    after(() => network?.remove());

    for (const fault of chosen) {
      it(`${fault}: ${EXPECTED[fault].outcome}`, async function () {
        // Namespaces and limits on a process that runs are Linux's.
        if (fault === "disk full" && process.platform !== "linux") this.skip();
        try {
          await FAULTS[fault](network);
        } finally {
          await network.mend();
        }
        await network.audit.readOn();
      });
    }

    it("every transfer was executed exactly once, and no block was lost", async () => {
      await network.load.drain();
      await network.audit.readOn();
      await network.audit.nothingLost();
      await network.finalizedOnce();
      assert.deepEqual(network.endedByThemselves, []);
      network.audit.assertExecutedOnce(network.load.sent);
      await network.audit.assertNonces(network.load.sent);
    });
  });
}
