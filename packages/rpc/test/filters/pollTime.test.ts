import assert from "node:assert/strict";
import type { Hash } from "@causeway/protocol/hex";
import type { RpcContext } from "../../src/context.js";
import { BlockFilter } from "../../src/filters/blockFilter.js";
import type { Filter } from "../../src/filters/filter.js";
import { LogFilter } from "../../src/filters/logFilter.js";
import { PendingFilter } from "../../src/filters/pendingFilter.js";
import type { Json } from "../../src/json.js";
import { DEFAULT_LIMITS } from "../../src/limits.js";
import { RequestScope } from "../../src/server/requestScope.js";
import { Turns } from "../../src/server/turns.js";
import { FuzzTarget } from "../support/fuzzTarget.js";
import { dynamicFeeTransfer } from "../support/transfers.js";

const LIMITS = { ...DEFAULT_LIMITS, requestMsMax: 600 };
const ALL = { blockHash: null, fromBlock: null, toBlock: null, addresses: [], topics: [] };
const BLOCKS = 80;

/** A clock that moves only with what is read: each read takes `readMs`. */
describe("the time of a poll", () => {
  let target: FuzzTarget;
  let time: number;
  let readMs: number;
  let onRead: () => void;
  let gone: AbortController;
  beforeEach(() => {
    target = new FuzzTarget();
    time = 0;
    readMs = 0;
    onRead = () => {};
    gone = new AbortController();
  });
  afterEach(() => target.close());

  function poll(filter: Filter, spentMs = 0): Promise<Json> {
    const clock = () => time;
    const scope = new RequestScope(LIMITS, gone.signal, new Turns(clock), "client", clock);
    time += spentMs;
    const { reader } = target.services;
    const slowly = <T>(read: () => T): T => {
      time += readMs;
      onRead();
      return read();
    };
    return filter.changes({
      ...target.services,
      limits: LIMITS,
      scope,
      subscriber: null,
      reader: {
        ...reader,
        header: (id) => slowly(() => reader.header(id)),
        transaction: (hash) => slowly(() => reader.transaction(hash)),
        logs: (criteria, limit) => slowly(() => reader.logs(criteria, limit)),
      },
    } satisfies RpcContext);
  }

  /** How many changes each poll tells until there are no more. */
  async function tells(filter: Filter, spentMs?: number): Promise<readonly number[]> {
    const counts: number[] = [];
    for (;;) {
      const count = ((await poll(filter, spentMs)) as Json[]).length;
      if (count === 0) return counts;
      counts.push(count);
    }
  }

  async function mine(): Promise<LogFilter> {
    const filter = new LogFilter(ALL, target.chain.blocks.length);
    for (let nonce = 0; nonce < BLOCKS; nonce++) {
      await target.chain.pool.add(Buffer.from((await dynamicFeeTransfer(nonce)).slice(2), "hex"));
      target.chain.mine([{ address: `0x${"aa".repeat(20)}`, topics: [] }]);
    }
    return filter;
  }

  it("is a sixth of the request's: what is not read by then is for the next one", async () => {
    const filter = await mine();
    readMs = 60;
    assert.deepEqual(await tells(filter), [32, 32, 16]);
    readMs = 30;
    const blocks = new BlockFilter(target.chain.blocks.length - 10);
    assert.deepEqual(await tells(blocks), [4, 4, 2]);
  });

  it("reads something, though each read takes longer, and though the batch has spent the rest", async () => {
    const filter = await mine();
    readMs = LIMITS.requestMsMax + 1;
    assert.deepEqual(await tells(filter), [16, 16, 16, 16, 16]);
    assert.deepEqual(
      await tells(new BlockFilter(target.chain.blocks.length - 2), LIMITS.requestMsMax),
      [1, 1],
    );
  });

  it("moves on over blocks without logs, too", async () => {
    await mine();
    for (let i = 0; i < 100; i++) target.chain.mine();
    const filter = new LogFilter(ALL, target.chain.blocks.length - 101);
    readMs = LIMITS.requestMsMax + 1;
    assert.equal(((await poll(filter)) as Json[]).length, 1);
    const empty: Json[] = [];
    for (let i = 0; i < 6; i++) empty.push(await poll(filter));
    assert.deepEqual(empty, [[], [], [], [], [], []]);
    await target.chain.pool.add(Buffer.from((await dynamicFeeTransfer(BLOCKS)).slice(2), "hex"));
    target.chain.mine([{ address: `0x${"aa".repeat(20)}`, topics: [] }]);
    readMs = 0;
    assert.equal(((await poll(filter)) as Json[]).length, 1);
  });

  it("of whole transactions likewise", async () => {
    const filter = new PendingFilter(true, 100);
    for (let nonce = 0; nonce < 5; nonce++) {
      const raw = Buffer.from((await dynamicFeeTransfer(nonce)).slice(2), "hex");
      filter.collect((await target.chain.pool.add(raw)) as Hash);
    }
    target.chain.mine();
    readMs = 60;
    assert.deepEqual(await tells(filter), [2, 2, 1]);
  });

  it("is lost with a client that has gone, not what it would have been told", async () => {
    await mine();
    const last = target.chain.blocks.length - 1;
    const pending = new PendingFilter(true, 10);
    pending.collect(target.chain.blocks.at(-1)?.transactions[0]?.hash ?? "0x");
    for (const filter of [new LogFilter(ALL, last), new BlockFilter(last), pending]) {
      onRead = () => gone.abort();
      await assert.rejects(poll(filter), /request abandoned/);
      onRead = () => {};
      gone = new AbortController();
      assert.notDeepEqual(await poll(filter), []);
    }
  });

  it("is nobody else's: of polls at one time none tells what another does", async () => {
    const logs = await mine();
    const pending = new PendingFilter(true, 10);
    for (const { transactions } of target.chain.blocks.slice(-10))
      pending.collect(transactions[0]?.hash ?? "0x");
    readMs = 60;
    for (const [filter, count] of [
      [logs, BLOCKS],
      [new BlockFilter(target.chain.blocks.length - 10), 10],
      [pending, 10],
    ] as const) {
      const answers = (await Promise.all(Array.from({ length: 10 }, () => poll(filter)))) as Json[][];
      const told = answers.flat().map((change) => JSON.stringify(change));
      assert.deepEqual([told.length, new Set(told).size], [count, count]);
    }
  });
});
