import assert from "node:assert/strict";
import { type Hash, type Hex, ZERO_HASH } from "@causeway/protocol/hex";
import type { Json } from "../../src/json.js";
import type { RpcLimits } from "../../src/limits.js";
import { RPC_CODE } from "../../src/rpcError.js";
import type { LogSeed } from "../support/fakeChain.js";
import type { RpcAnswer } from "../support/rpcClient.js";
import { RpcFixture } from "../support/rpcFixture.js";
import { dynamicFeeTransfer } from "../support/transfers.js";

type Fields = { readonly [name: string]: Json };

const ADDRESS: Hex = `0x${"aa".repeat(20)}`;
const log = (topics: readonly Hash[] = [], data: Hex = "0x"): LogSeed => ({ address: ADDRESS, topics, data });
const RESPONSE_BYTES_MAX = 3_000;
const POLLS_MAX = 200;

describe("the changes that filters tell", () => {
  let rpc: RpcFixture;
  let nonce: number;
  const withLimits = async (limits: Partial<RpcLimits>) => {
    rpc = await RpcFixture.start({ limits });
    nonce = 0;
  };
  afterEach(() => rpc.server.close());

  const send = async () => rpc.result<Hash>("eth_sendRawTransaction", await dynamicFeeTransfer(nonce++));
  const mine = async (...logs: LogSeed[]) => {
    await send();
    return rpc.chain.mine(logs);
  };
  const poll = (filter: Json) => rpc.result<readonly Json[]>("eth_getFilterChanges", filter);

  /** Answer to a poll that shares its batch with a call of an answer of so many bytes. */
  async function pollAfter(callBytes: number, filter: Json): Promise<RpcAnswer> {
    const returnData: Hex = `0x${"ab".repeat(callBytes / 2)}`;
    rpc.chain.callResult = { status: "success", returnData, gasUsed: 0n, error: null };
    const request = { jsonrpc: "2.0", id: 1 };
    const [, answer] = await rpc.batch([
      { ...request, method: "eth_call", params: [{}] },
      {
        ...request,
        id: `second ${"0".repeat(callBytes % 50)}`,
        method: "eth_getFilterChanges",
        params: [filter],
      },
    ]);
    assert.ok(answer);
    return answer;
  }

  /** All that a filter tells, in whatever batches it is polled. */
  async function tellsInBatches(filter: Json): Promise<readonly Json[]> {
    const told: Json[] = [];
    let refused = 0;
    for (let left = 0; left < RESPONSE_BYTES_MAX / 3; left += 38) {
      const { result, error } = await pollAfter(RESPONSE_BYTES_MAX - 100 - left, filter);
      if (error !== undefined) assert.equal(error.code, RPC_CODE.responseTooLarge);
      if (error !== undefined) refused++;
      told.push(...((result ?? []) as Json[]));
    }
    assert.ok(refused > 0 && told.length > 0, "some of them had no room, others had");
    for (let polls = 0; polls < POLLS_MAX; polls++) {
      const further = await poll(filter);
      if (further.length === 0) return told;
      told.push(...further);
    }
    throw new Error(`not at the end after ${POLLS_MAX} polls`);
  }

  describe("in a batch, what does not fit beside the other answers waits:", () => {
    beforeEach(() => withLimits({ responseBytesMax: RESPONSE_BYTES_MAX }));

    it("logs", async () => {
      const filter = await rpc.result("eth_newFilter", {});
      const expected: string[] = [];
      for (let block = 1; block <= 12; block++) {
        const topics = Array.from({ length: block % 5 }, () => ZERO_HASH);
        await mine(log(topics), log(topics, `0x${"cd".repeat(3 * block)}`), log());
        expected.push(...[0, 1, 2].map((index) => `${block}/${index}`));
      }
      const told = (await tellsInBatches(filter)) as readonly Fields[];
      assert.deepEqual(
        told.map(({ blockNumber, logIndex }) => `${Number(blockNumber)}/${Number(logIndex)}`),
        expected,
      );
    });

    it("blocks", async () => {
      const filter = await rpc.result("eth_newBlockFilter");
      const hashes = Array.from({ length: 300 }, () => rpc.chain.mine().header.hash);
      assert.deepEqual(await tellsInBatches(filter), hashes);
    });

    it("hashes of transactions", async () => {
      const filter = await rpc.result("eth_newPendingTransactionFilter");
      const hashes: Hash[] = [];
      for (let i = 0; i < 80; i++) hashes.push(await send());
      assert.deepEqual(await tellsInBatches(filter), hashes);
    });

    it("whole transactions", async () => {
      const filter = await rpc.result("eth_newPendingTransactionFilter", true);
      const hashes: Hash[] = [];
      for (let i = 0; i < 30; i++) hashes.push(await send());
      const told = (await tellsInBatches(filter)) as readonly Fields[];
      assert.deepEqual(
        told.map(({ hash }) => hash),
        hashes,
      );
    });
  });

  it("are all blocks, however many: as many at a time as a filter of hashes may tell", async () => {
    await withLimits({ filterHashesMax: 3 });
    const filter = await rpc.result("eth_newBlockFilter");
    const hashes = Array.from({ length: 7 }, () => rpc.chain.mine().header.hash);
    const told = [await poll(filter), await poll(filter), await poll(filter), await poll(filter)];
    assert.deepEqual(told, [hashes.slice(0, 3), hashes.slice(3, 6), hashes.slice(6), []]);
  });

  it("of the pool are the newest hashes, a bounded number, the oldest dropped", async () => {
    await withLimits({ filterHashesMax: 2 });
    const filter = await rpc.result("eth_newPendingTransactionFilter");
    const hashes = [await send(), await send(), await send()];
    assert.deepEqual(await poll(filter), hashes.slice(1));
  });

  it("go on after a transaction that no answer holds, which is refused once", async () => {
    await withLimits({ responseBytesMax: 500 });
    const filter = await rpc.result("eth_newPendingTransactionFilter", true);
    await send();
    assert.equal((await rpc.error("eth_getFilterChanges", filter))[0], RPC_CODE.responseTooLarge);
    assert.deepEqual(await poll(filter), []);
  });

  it("are not lost to a poll that fails", async () => {
    await withLimits({});
    const filter = await rpc.result("eth_newFilter", {});
    await mine(log());
    const { reader } = rpc.chain;
    const { logs } = reader;
    reader.logs = () => Promise.reject(new Error("disk"));
    assert.equal((await rpc.error("eth_getFilterChanges", filter))[0], RPC_CODE.internal);
    reader.logs = logs;
    assert.equal((await poll(filter)).length, 1);
  });

  it("are of no filter that is not there: the error begins as geth's, and says why it may be", async () => {
    await withLimits({ filterIdleMsMax: 120_000 });
    assert.deepEqual(await rpc.error("eth_getFilterChanges", "0x1"), [
      RPC_CODE.server,
      "filter not found: never installed, uninstalled, not polled for 120 s (--rpc-filter-idle-ms), or gone to make room for others (--rpc-filters)",
    ]);
    const blocks = await rpc.result("eth_newBlockFilter");
    assert.deepEqual(await rpc.error("eth_getFilterLogs", blocks), [
      RPC_CODE.server,
      "filter not found: this one is not of logs",
    ]);
  });
});
