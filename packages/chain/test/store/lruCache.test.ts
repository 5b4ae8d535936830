import assert from "node:assert/strict";
import { LruCache } from "../../src/store/lruCache.js";

describe("LruCache", () => {
  it("forgets what was used longest ago", () => {
    const cache = new LruCache<string, number>(2);
    cache.set("a", 1);
    cache.set("b", 2);
    cache.get("a");
    cache.set("c", 3);
    assert.deepEqual([cache.get("a"), cache.get("b"), cache.get("c")], [1, undefined, 3]);
  });

  it("counts what is set again once", () => {
    const cache = new LruCache<string, number>(2);
    cache.set("a", 1);
    cache.set("b", 2);
    cache.set("b", 3);
    assert.deepEqual([cache.get("a"), cache.get("b")], [1, 3]);
  });

  it("bounds the weight of all together, and keeps nothing that is heavier alone", () => {
    const cache = new LruCache<string, string>(10, (text) => text.length);
    cache.set("a", "12345");
    cache.set("b", "12345");
    cache.set("c", "1");
    assert.deepEqual([cache.get("a"), cache.get("b"), cache.get("c")], [undefined, "12345", "1"]);
    cache.set("c", "123456789012");
    assert.deepEqual([cache.get("b"), cache.get("c")], [undefined, undefined]);
    cache.set("d", "1234567890");
    assert.equal(cache.get("d"), "1234567890");
  });
});
