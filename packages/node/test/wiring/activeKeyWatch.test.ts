import assert from "node:assert/strict";
import type { Head } from "@causeway/protocol/head";
import type { Address } from "@causeway/protocol/hex";
import { ActiveKeyWatch } from "../../src/wiring/activeKeyWatch.js";

const OLD: Address = `0x${"11".repeat(20)}`;
const NEW: Address = `0x${"22".repeat(20)}`;
const OTHER: Address = `0x${"33".repeat(20)}`;

describe("the key that signs (V4)", () => {
  function watch(
    addresses: readonly Address[],
    nextValidators: readonly Address[],
    waiting: readonly Address[] = [],
  ) {
    const told: [Address | null, number][] = [];
    const silent: (readonly Address[])[] = [];
    const signer = { addresses, sign: () => assert.fail("nothing is signed") };
    const headOf = (height: number, set: readonly Address[]) => ({ height, nextValidators: set }) as Head;
    const watched = new ActiveKeyWatch(
      {
        signer,
        waiting: () => waiting,
        onChange: (key, fromHeight) => told.push([key, fromHeight]),
        onSilent: (keys) => silent.push(keys),
      },
      headOf(0, nextValidators),
    );
    return {
      told,
      silent,
      headMoved: (height: number, set: readonly Address[]) => watched.headMoved(headOf(height, set)),
    };
  }

  it("is told once, with the first height the new key seals", () => {
    const { told, headMoved } = watch([OLD, NEW], [OLD, OTHER]);
    headMoved(9, [OLD, OTHER]);
    headMoved(10, [NEW, OTHER]);
    headMoved(11, [NEW, OTHER]);
    assert.deepEqual(told, [[NEW, 11]]);
  });

  it("a second key of the ring in the set is told of once: nobody votes for it", () => {
    assert.deepEqual(watch([OLD, NEW], [OLD, NEW]).silent, [[NEW]], "at the start");
    assert.deepEqual(
      watch([OLD, NEW], [OLD, NEW], [OLD]).silent,
      [[OLD]],
      "the other waits for its record (W5)",
    );
    assert.deepEqual(
      watch([OLD], [OLD, OTHER], [OLD]).silent,
      [],
      "a single key that waits is told of elsewhere",
    );
    const { silent, told, headMoved } = watch([OLD, NEW], [OLD, OTHER]);
    headMoved(9, [OLD, OTHER]);
    assert.deepEqual(silent, []);
    headMoved(10, [OLD, NEW, OTHER]);
    headMoved(11, [OLD, NEW, OTHER]);
    assert.deepEqual([silent, told], [[[NEW]], []]);
  });

  it("stays when a ring of one joins or leaves the set, and for a follower", () => {
    for (const ring of [[OLD], []]) {
      const { told, headMoved } = watch(ring, [OTHER]);
      headMoved(10, [OLD, OTHER]);
      headMoved(20, [OTHER]);
      assert.deepEqual(told, []);
    }
  });
});
