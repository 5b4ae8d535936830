import assert from "node:assert/strict";
import { Feed } from "../../src/serve/feed.js";

describe("a feed to another thread", () => {
  it("sends one message at a time, and then all that came meanwhile", () => {
    const sent: (readonly number[])[] = [];
    const feed = new Feed<number>((items) => sent.push(items), 10);
    for (const item of [1, 2, 3]) feed.push(item);
    assert.deepEqual(sent, [[1]]);
    feed.taken();
    assert.deepEqual(sent, [[1], [2, 3]]);
    feed.taken();
    feed.push(4);
    assert.deepEqual(sent, [[1], [2, 3], [4]]);
  });

  it("to one that takes nothing keeps the newest and says how many gave way", () => {
    const sent: (readonly number[])[] = [];
    let dropped = 0;
    const feed = new Feed<number>(
      (items) => sent.push(items),
      3,
      (count) => {
        dropped += count;
      },
    );
    for (let item = 0; item <= 1_000; item++) feed.push(item);
    feed.taken();
    assert.deepEqual(sent, [[0], [998, 999, 1_000]]);
    assert.equal(dropped, 997);
  });
});
