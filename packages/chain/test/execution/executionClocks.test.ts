import assert from "node:assert/strict";
import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { cpuMs, stopwatch } from "../../src/execution/executionClocks.js";

/** A bound on waiting, for machines that are busy. */
const COMPUTES_MS_MAX = 60_000;

describe("what execution is measured by (H4)", () => {
  it("goes on while this program computes", () => {
    const spentMs = stopwatch({ now: () => performance.now(), cpu: cpuMs });
    const endsAt = performance.now() + COMPUTES_MS_MAX;
    while (spentMs() < 5) assert.ok(performance.now() < endsAt, "the clock stands still");
  });

  it("stands still while others have the processor", async () => {
    const spentMs = stopwatch({ now: () => performance.now(), cpu: cpuMs });
    await delay(200);
    assert.ok(spentMs() < 100, `${spentMs()} ms of processor time while nothing was done`);
  });

  it("stands still while another thread computes", async function () {
    // Elsewhere only the process's time is known.
    if (process.platform !== "linux" && !("threadCpuUsage" in process)) this.skip();
    const worker = new Worker("for (;;);", { eval: true });
    await once(worker, "online");
    const spentMs = stopwatch({ now: () => performance.now(), cpu: cpuMs });
    await delay(300);
    const spent = spentMs();
    await worker.terminate();
    assert.ok(spent < 100, `${spent} ms of this thread's processor time while nothing was done in it`);
  });

  it("is never more than the time that passed", () => {
    let cpu = 0;
    const spentMs = stopwatch({ now: () => 3, cpu: () => cpu++ * 100 });
    assert.equal(spentMs(), 0);
  });
});
