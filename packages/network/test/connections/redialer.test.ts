import assert from "node:assert/strict";
import { once } from "node:events";
import { Redialer } from "../../src/connections/redialer.js";
import { REDIAL_FIRST_MS, REDIAL_TURNED_AWAY_MS } from "../../src/limits.js";

describe("Redialer", () => {
  it("waits twice as long after each failure, and begins anew after a session, though the peer began that", async () => {
    const told = new EventTarget();
    const waits: number[] = [];
    let connected = false;
    const redialer = new Redialer(
      () => Promise.reject(new Error("away")),
      () => {
        if (connected) told.dispatchEvent(new Event("connected"));
        return connected;
      },
      (_reason, waitMs) => {
        waits.push(waitMs);
        connected = waits.length === 2;
        told.dispatchEvent(new Event("failed"));
      },
    );
    const called = once(told, "connected");
    redialer.start();
    await called;
    const failed = once(told, "failed");
    connected = false;
    redialer.disconnected();
    await failed;
    await redialer.stop();
    assert.deepEqual(waits, [REDIAL_FIRST_MS, 2 * REDIAL_FIRST_MS, REDIAL_FIRST_MS]);
  });

  it("begins anew also where the session came and went while it waited", async () => {
    const told = new EventTarget();
    const waits: number[] = [];
    const redialer: Redialer = new Redialer(
      () => Promise.reject(new Error("away")),
      () => false,
      (_reason, waitMs) => {
        waits.push(waitMs);
        if (waits.length === 2) queueMicrotask(() => redialer.disconnected());
        if (waits.length === 3) told.dispatchEvent(new Event("failed"));
      },
    );
    const third = once(told, "failed");
    redialer.start();
    await third;
    await redialer.stop();
    assert.deepEqual(waits, [REDIAL_FIRST_MS, 2 * REDIAL_FIRST_MS, REDIAL_FIRST_MS]);
  });

  it("leaves a peer alone for a while that ends the session at once: it has no place (N2)", async () => {
    const dialledAt: number[] = [];
    const told = new EventTarget();
    const redialer = new Redialer(
      async () => {
        dialledAt.push(performance.now());
        if (dialledAt.length === 2) told.dispatchEvent(new Event("again"));
      },
      () => false,
      () => assert.fail("no dial failed"),
    );
    const again = once(told, "again");
    redialer.start();
    await again;
    await redialer.stop();
    const [first, second] = dialledAt as [number, number];
    // A timer may be a millisecond early.
    assert.ok(second - first >= REDIAL_TURNED_AWAY_MS - 1, `again after ${second - first} ms`);
  });
});
