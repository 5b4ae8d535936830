import assert from "node:assert/strict";
import { setImmediate } from "node:timers/promises";
import { Turns } from "../../src/server/turns.js";

/** More than a slice. */
const LONG_MS = 11;

describe("Turns", () => {
  let time: number;
  let turns: Turns;
  let log: string[];
  beforeEach(() => {
    time = 0;
    turns = new Turns(() => time);
    log = [];
  });

  /** A request of some steps; each takes its time and says that it was there. */
  async function request(name: string, steps: number, ms: number): Promise<void> {
    for (let step = 0, had = 0; step < steps; step++) {
      if (!turns.mayGoOn()) await turns.next(had++);
      time += ms;
      log.push(name);
    }
  }

  it("lets short requests go on at once, as many as a slice holds", async () => {
    await Promise.all(["a", "b", "c"].map((name) => request(name, 1, 1)));
    assert.deepEqual(log, ["a", "b", "c"]);
    await setImmediate();
    // The next round of the event loop has a slice of its own.
    time += 1_000;
    assert.ok(turns.mayGoOn());
  });

  it("takes up what comes in between two slices, before a crowd of long requests goes on", async () => {
    const crowd = Array.from({ length: 50 }, (_, i) => request(`long ${i}`, 20, LONG_MS));
    for (let round = 0; round < 200; round++) await setImmediate();
    const before = log.length;
    const short = request("short", 1, 1).then(() => log.length - before);
    assert.ok((await short) <= 3, "it waited for the crowd");
    // One that has a few things to do passes the crowd, too.
    const fewBefore = log.length;
    const few = request("few", 3, LONG_MS).then(() => log.length - fewBefore);
    assert.ok((await few) <= 9, "it waited for the crowd after its first turn");
    await Promise.all(crowd);
  });

  it("takes one request a round of the event loop", async () => {
    const crowd = Array.from({ length: 10 }, (_, i) => request(`long ${i}`, 3, LONG_MS));
    const ran: number[] = [];
    for (let round = 0; round < 10; round++) {
      const before = log.length;
      await setImmediate();
      ran.push(log.length - before);
    }
    assert.ok(Math.max(...ran) <= 1, `${ran} ran in rounds of their own`);
    await Promise.all(crowd);
  });

  it("lets long requests come to their end through a stream of short ones, all alike", async () => {
    const ended: string[] = [];
    const long = ["a", "b"].map((name) => request(name, 10, LONG_MS).then(() => ended.push(name)));
    let streaming = true;
    let shorts = 0;
    const stream = [0, 1, 2, 3].map(async () => {
      while (streaming) {
        await request("short", 1, LONG_MS);
        shorts++;
        assert.ok(shorts < 1_000, "the long ones never came to their end");
      }
    });
    await Promise.all(long);
    streaming = false;
    await Promise.all(stream);
    assert.deepEqual(ended, ["a", "b"]);
    // Neither runs ahead of the other by more than the turns that make a request a long one.
    let lead = 0;
    for (const name of log) {
      lead += name === "a" ? 1 : name === "b" ? -1 : 0;
      assert.ok(Math.abs(lead) <= 4, "one waits for the other");
    }
  });
});
