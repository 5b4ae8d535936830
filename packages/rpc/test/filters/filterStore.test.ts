import assert from "node:assert/strict";
import { ZERO_ADDRESS, ZERO_HASH } from "@causeway/protocol/hex";
import { BlockFilter } from "../../src/filters/blockFilter.js";
import { FilterStore } from "../../src/filters/filterStore.js";
import { LogFilter } from "../../src/filters/logFilter.js";
import { PendingFilter } from "../../src/filters/pendingFilter.js";
import { DEFAULT_LIMITS } from "../../src/limits.js";
import { FakeChain } from "../support/fakeChain.js";

describe("FilterStore", () => {
  it("drops the filter unused for longest when full", () => {
    const store = new FilterStore(new FakeChain().pool, { ...DEFAULT_LIMITS, filtersMax: 2 });
    const [first, second] = [1, 2].map((nextBlock) => store.install("client", new BlockFilter(nextBlock)));
    assert.ok(store.use(first ?? ""));
    store.install("client", new BlockFilter(3));
    assert.equal(store.use(second ?? ""), null);
    assert.ok(store.use(first ?? ""));
    store.close();
  });

  it("drops a filter of the client who has the most: no crowd of one takes those of others", () => {
    const store = new FilterStore(new FakeChain().pool, { ...DEFAULT_LIMITS, filtersMax: 3 });
    const mine = store.install("me", new BlockFilter(1));
    const crowd = Array.from({ length: 5 }, (_, i) => store.install("crowd", new BlockFilter(i)));
    assert.ok(store.use(mine), "of the oldest filter");
    assert.deepEqual(
      crowd.map((id) => store.use(id) !== null),
      [false, false, false, true, true],
    );
    store.close();
  });

  it("drops those unused for longest when all select by too much", () => {
    const store = new FilterStore(new FakeChain().pool, { ...DEFAULT_LIMITS, watchedTotalMax: 5 });
    const install = (addresses: number, topics: number) =>
      store.install(
        "client",
        new LogFilter(
          {
            ...{ blockHash: null, fromBlock: null, toBlock: null },
            addresses: Array(addresses).fill(ZERO_ADDRESS),
            topics: [null, Array(topics).fill(ZERO_HASH)],
          },
          1,
        ),
      );
    const blocks = store.install("client", new BlockFilter(1));
    const [first, second] = [install(1, 1), install(0, 2)];
    assert.ok(store.use(blocks) && store.use(first) && store.use(second), "there is room for them");
    assert.ok(store.use(blocks));
    const third = install(1, 0);
    assert.ok(store.use(first) && store.use(second), "and for one more");
    install(1, 0);
    assert.equal(store.use(third), null, "the one unused for longest of those that select by anything");
    assert.ok(store.use(first) && store.use(second) && store.use(blocks));
    store.close();
  });

  it("forgets filters that nobody polls", () => {
    const store = new FilterStore(new FakeChain().pool, { ...DEFAULT_LIMITS, filterIdleMsMax: -1 });
    assert.equal(store.use(store.install("client", new BlockFilter(1))), null);
    store.close();
  });

  it("listens to the pool only while a filter collects from it", () => {
    const chain = new FakeChain();
    const store = new FilterStore(chain.pool, DEFAULT_LIMITS);
    store.install("client", new BlockFilter(1));
    assert.equal(chain.listenerCount, 0);
    const ids = [0, 1].map(() => store.install("client", new PendingFilter(false, 10)));
    assert.equal(chain.listenerCount, 1);
    store.uninstall(ids[0] ?? "");
    assert.equal(chain.listenerCount, 1);
    store.uninstall(ids[1] ?? "");
    assert.equal(chain.listenerCount, 0);
    store.install("client", new PendingFilter(false, 10));
    store.close();
    assert.equal(chain.listenerCount, 0);
  });
});
