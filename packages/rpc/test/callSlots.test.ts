import assert from "node:assert/strict";
import { CallSlots } from "../src/callSlots.js";

describe("CallSlots", () => {
  it("runs no more than its number at once, in order, and survives failures", async () => {
    const slots = new CallSlots(2);
    const started: number[] = [];
    const release: (() => void)[] = [];
    const work = (n: number) =>
      slots.run(async () => {
        started.push(n);
        await new Promise<void>((resolve) => release.push(resolve));
        if (n === 0) throw new Error("failed");
        return n;
      });
    const results = [0, 1, 2, 3].map(work);
    assert.deepEqual(started, [0, 1]);
    release[0]?.();
    await assert.rejects(results[0] ?? Promise.resolve(), /failed/);
    assert.deepEqual(started, [0, 1, 2]);
    for (let i = 1; i < 4; i++) {
      release[i]?.();
      assert.equal(await results[i], i);
    }
  });
});
