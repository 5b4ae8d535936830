import assert from "node:assert/strict";
import { setTimeout as delay } from "node:timers/promises";
import { cpuMs, stopwatch } from "../../src/execution/executionClocks.js";

describe("what execution is measured by (H4)", () => {
  it("goes on while this program computes", () => {
    const spentMs = stopwatch({ now: () => performance.now(), cpu: cpuMs });
    while (spentMs() < 5);
  });

  it("stands still while others have the processor", async () => {
    const spentMs = stopwatch({ now: () => performance.now(), cpu: cpuMs });
    await delay(200);
    assert.ok(spentMs() < 100, `${spentMs()} ms of processor time while nothing was done`);
  });

  it("is never more than the time that passed", () => {
    let cpu = 0;
    const spentMs = stopwatch({ now: () => 3, cpu: () => cpu++ * 100 });
    assert.equal(spentMs(), 0);
  });
});
