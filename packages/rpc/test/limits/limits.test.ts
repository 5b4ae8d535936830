import assert from "node:assert/strict";
import type { CallResult } from "@causeway/chain/types/call";
import { type TransactionLike, Wallet } from "ethers";
import { DEFAULT_LIMITS, type RpcLimits } from "../../src/limits.js";
import { RPC_CODE } from "../../src/rpcError.js";
import { CHAIN_ID, FUNDED_KEYS, LiveChain } from "../support/liveChain.js";
import { postRequest, RawSocket, upgradeRequest } from "../support/rawSocket.js";
import { RpcClient } from "../support/rpcClient.js";
import { RpcFixture } from "../support/rpcFixture.js";
import { dynamicFeeTransfer } from "../support/transfers.js";
import { WsClient } from "../support/wsClient.js";

const call = (id: number, method = "eth_chainId", ...params: readonly unknown[]) => ({
  jsonrpc: "2.0",
  id,
  method,
  params,
});
const succeeding = (returnData: `0x${string}`): CallResult => ({
  status: "success",
  returnData,
  gasUsed: 0n,
  error: null,
});

/** Exactly the limit passes; one more is refused, by an error that names the limit and its flag. */
describe("limits of the RPC server", () => {
  let rpc: RpcFixture;
  const withLimits = async (limits: Partial<RpcLimits>) => {
    rpc = await RpcFixture.start({ limits });
    return rpc;
  };
  afterEach(() => rpc.server.close());

  it("are the documented ones by default", async () => {
    await withLimits({});
    const { bodyBytesMax, batchItemsMax, responseBytesMax, callGasMax, callMsMax } = DEFAULT_LIMITS;
    assert.deepEqual(
      [bodyBytesMax, batchItemsMax, responseBytesMax, callGasMax, callMsMax],
      [5 * 1024 * 1024, 1_000, 25_000_000, 50_000_000n, 5_000],
    );
    const { logBlocksMax, logEntriesMax, subscriptionsPerConnectionMax, connectionsMax } = DEFAULT_LIMITS;
    assert.deepEqual(
      [logBlocksMax, logEntriesMax, subscriptionsPerConnectionMax, connectionsMax],
      [100_000, 20_000, 1_024, 500],
    );
    const { feeHistoryBlocksMax, traceMsMax, traceBlocksMax, txFeeEtherMax } = DEFAULT_LIMITS;
    assert.deepEqual(
      [feeHistoryBlocksMax, traceMsMax, traceBlocksMax, txFeeEtherMax],
      [1_024, 30_000, 100, 1],
    );
  });

  it("of a body, with its length declared or in chunks", async () => {
    await withLimits({ bodyBytesMax: 1_000 });
    const text = JSON.stringify(call(1));
    const exact = text.replace(/}$/, "}".padStart(1_001 - text.length));
    assert.equal((await rpc.answerTo(exact)).result, "0x11e5f");
    const refusal = "content length too large: the limit is 1000 bytes (--rpc-body-bytes)";
    const refused = await rpc.post(`${exact} `);
    assert.equal(refused.status, 413);
    assert.equal(((await refused.json()) as { error: { message: string } }).error.message, refusal);

    const raw = await RawSocket.open(rpc.server.url);
    const head =
      "POST / HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n";
    raw.write(`${head}3e8\r\n${exact}\r\n0\r\n\r\n`);
    await raw.until(/"result":"0x11e5f"}$/);
    raw.write(`${head}3e8\r\n${exact}\r\n1\r\n \r\n0\r\n\r\n`);
    assert.match(await raw.until(/413[\s\S]*}$/), /the limit is 1000 bytes \(--rpc-body-bytes\)/);
    raw.destroy();
  });

  it("of a batch", async () => {
    await withLimits({ batchItemsMax: 3 });
    const calls = [1, 2, 3].map((id) => call(id));
    assert.equal((await rpc.batch(calls)).filter(({ result }) => result === "0x11e5f").length, 3);
    const [only, ...rest] = await rpc.batch([...calls, call(4)]);
    assert.deepEqual(
      [only?.error, rest],
      [
        {
          code: RPC_CODE.invalidRequest,
          message: "batch too large: 4 calls, the limit is 3 calls (--rpc-batch-items)",
        },
        [],
      ],
    );
  });

  it("of an answer, a batch as a whole", async () => {
    const length = JSON.stringify({ jsonrpc: "2.0", id: 1, result: `0x${"ab".repeat(500)}` }).length;
    await withLimits({ responseBytesMax: 2 * length });
    const message = `response too large: the limit is ${2 * length} bytes (--rpc-response-bytes)`;
    rpc.chain.callResult = succeeding(`0x${"ab".repeat(500)}`);
    const ofCalls = async (...ids: number[]) =>
      (await rpc.batch(ids.map((id) => call(id, "eth_call", {})))).map(({ error }) => error ?? null);
    const error = { code: RPC_CODE.responseTooLarge, message };
    assert.deepEqual(await ofCalls(1, 2), [null, null]);
    assert.deepEqual(await ofCalls(1, 22), [null, error]);
    assert.deepEqual(await ofCalls(1, 2, 3), [null, null, error]);
    rpc.chain.callResult = succeeding(`0x${"ab".repeat(2_000)}`);
    assert.deepEqual((await rpc.answer("eth_call", {})).error, error);
  });

  it("of the time of a request", async () => {
    const LIMIT_MS = 5_000;
    await withLimits({ requestMsMax: LIMIT_MS });
    let calls = 0;
    // The first takes no time, the second all of it.
    rpc.chain.callResult = () =>
      new Promise((resolve) => setTimeout(() => resolve(succeeding("0x")), calls++ * (LIMIT_MS + 1)));
    const answers = await rpc.batch([1, 2, 3].map((id) => call(id, "eth_call", {})));
    const message = `request timed out: the limit is ${LIMIT_MS} ms (--rpc-request-ms)`;
    assert.deepEqual([answers[0]?.result, answers[2]?.error], ["0x", { code: RPC_CODE.timeout, message }]);
    assert.equal(calls, 2, "what came too late was not begun");
  });

  it("of log queries: blocks and entries", async () => {
    await withLimits({ logBlocksMax: 3, logEntriesMax: 2 });
    const address = `0x${"aa".repeat(20)}` as const;
    for (let i = 0; i < 4; i++) rpc.chain.mine([]);
    const logs = (fromBlock: string, toBlock: string) => rpc.answer("eth_getLogs", { fromBlock, toBlock });
    assert.deepEqual((await logs("0x1", "0x3")).result, []);
    assert.deepEqual((await logs("0x1", "0x4")).error, {
      code: RPC_CODE.limitExceeded,
      message: "query spans 4 blocks, the limit is 3 blocks (--rpc-log-blocks): ask for a narrower range",
    });
    const addTransaction = async (nonce: number) => {
      await rpc.chain.pool.add(Buffer.from((await dynamicFeeTransfer(nonce)).slice(2), "hex"));
    };
    const log = { address, topics: [] };
    await addTransaction(0);
    rpc.chain.mine([log, log]);
    assert.equal(((await logs("0x5", "0x5")).result as unknown[]).length, 2);
    await addTransaction(1);
    rpc.chain.mine([log]);
    assert.deepEqual((await logs("0x5", "0x6")).error, {
      code: RPC_CODE.limitExceeded,
      message:
        "query returns more by block 6, the limit is 2 logs (--rpc-log-entries): ask for a narrower range",
    });
  });

  it("of log queries: entries not of one block, which nobody can ask less of", async () => {
    await withLimits({ logEntriesMax: 2 });
    await rpc.chain.pool.add(Buffer.from((await dynamicFeeTransfer(0)).slice(2), "hex"));
    const log = { address: `0x${"aa".repeat(20)}`, topics: [] } as const;
    const { hash } = rpc.chain.mine(Array.from({ length: 50 }, () => log)).header;
    for (const criteria of [{ blockHash: hash }, { fromBlock: "0x1", toBlock: "0x1" }, {}]) {
      assert.equal((await rpc.result<unknown[]>("eth_getLogs", criteria)).length, 50);
    }
    assert.match((await rpc.error("eth_getLogs", { fromBlock: "0x0" }))[1], /the limit is 2 logs/);
  });

  it("of the data of a log query", async () => {
    await withLimits({ responseBytesMax: 10_000 });
    const address = `0x${"aa".repeat(20)}` as const;
    await rpc.chain.pool.add(Buffer.from((await dynamicFeeTransfer(0)).slice(2), "hex"));
    const { hash } = rpc.chain.mine([{ address, topics: [], data: `0x${"ab".repeat(6_000)}` }]).header;
    const refused = async (criteria: object, advice: string) =>
      assert.deepEqual((await rpc.answer("eth_getLogs", criteria)).error, {
        code: RPC_CODE.limitExceeded,
        message: `query returns too much data by block 1, the limit is 10000 bytes (--rpc-response-bytes): ${advice}`,
      });
    await refused({ fromBlock: "0x0", toBlock: "0x1" }, "ask for a narrower range");
    const advice = "narrow by address or topics, or read receipts by transaction";
    await refused({ fromBlock: "0x1", toBlock: "0x1" }, advice);
    await refused({ blockHash: hash }, advice);
  });

  it("of the range of a trace filter", async () => {
    await withLimits({ traceBlocksMax: 2 });
    for (let i = 0; i < 4; i++) rpc.chain.mine();
    assert.deepEqual(await rpc.result("trace_filter", { fromBlock: "0x1", toBlock: "0x2" }), []);
    assert.deepEqual(await rpc.error("trace_filter", { fromBlock: "0x1", toBlock: "0x3" }), [
      RPC_CODE.limitExceeded,
      "trace_filter spans 3 blocks, the limit is 2 blocks (--rpc-trace-blocks): ask for a narrower range",
    ]);
  });

  it("of a fee history, which is cut to it as geth does", async () => {
    await withLimits({ feeHistoryBlocksMax: 3 });
    for (let i = 0; i < 6; i++) rpc.chain.mine();
    const blocks = async (count: number) =>
      (await rpc.result<{ gasUsedRatio: number[] }>("eth_feeHistory", count, "latest", [])).gasUsedRatio
        .length;
    assert.deepEqual([await blocks(3), await blocks(4)], [3, 3]);
  });

  it("of subscriptions of a connection", async () => {
    await withLimits({ subscriptionsPerConnectionMax: 2 });
    const client = await WsClient.open(rpc.server.url);
    const first = await client.call("eth_subscribe", "newHeads");
    assert.equal((await client.call("eth_subscribe", "logs")).error, undefined);
    assert.deepEqual((await client.call("eth_subscribe", "newHeads")).error, {
      code: RPC_CODE.limitExceeded,
      message:
        "too many subscriptions on this connection, the limit is 2 subscriptions (--rpc-subscriptions)",
    });
    await client.call("eth_unsubscribe", first.result);
    assert.equal((await client.call("eth_subscribe", "newHeads")).error, undefined);
    await client.close();
  });

  it("of connections, HTTP and websocket together; beyond as many again the refusal comes unasked", async () => {
    await withLimits({ connectionsMax: 3 });
    const { url } = rpc.server;
    const message = "too many connections, the limit is 3 connections (--rpc-connections)";
    const admitted = [
      await RawSocket.openWebSocket(url),
      await RawSocket.openWebSocket(url),
      await RawSocket.open(url),
    ];
    admitted[2]?.write(postRequest(JSON.stringify(call(1))));
    await admitted[2]?.until(/"result":"0x11e5f"/);

    const surplus = [await RawSocket.open(url), await RawSocket.open(url), await RawSocket.open(url)];
    const unasked = await RawSocket.open(url);
    assert.match(await unasked.closed(), new RegExp(`^HTTP/1.1 503 [\\s\\S]*${escaped(message)}$`));
    surplus[0]?.write(postRequest(JSON.stringify(call(1))));
    surplus[1]?.write(upgradeRequest(url));
    for (const refused of surplus.slice(0, 2)) {
      assert.match(await refused.closed(), new RegExp(`^HTTP/1.1 503 [\\s\\S]*${escaped(message)}`));
    }
    for (const socket of [...admitted, ...surplus]) socket.destroy();
    // As soon as the server has seen that they are gone.
    for (;;) {
      const again = await RawSocket.open(url);
      again.write(postRequest(JSON.stringify(call(1)), "connection: close\r\n"));
      if (/"result":"0x11e5f"/.test(await again.closed())) break;
    }
  });

  it("of pipelined requests on one connection", async () => {
    await withLimits({ messagesInFlightMax: 2 });
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    rpc.chain.callResult = () => held.then(() => succeeding("0x"));
    const raw = await RawSocket.open(rpc.server.url);
    raw.write([1, 2, 3].map((id) => postRequest(JSON.stringify(call(id, "eth_call", {})))).join(""));
    // The third is refused when it is read, and told in its turn: what came in one piece is read before another call.
    await rpc.result("eth_chainId");
    release();
    const text = await raw.until(/messagesInFlightMax\)"}}$/);
    assert.equal(text.match(/"result":"0x"/g)?.length, 2);
    assert.match(text, /HTTP\/1.1 429 [\s\S]*the limit is 2 \(rpc\.limits\.messagesInFlightMax\)/);
    raw.destroy();
  });

  it("of nesting", async () => {
    await withLimits({});
    const nested = (depth: number) =>
      rpc.answerTo(
        `{"jsonrpc":"2.0","id":1,"method":"net_version","x":${"[".repeat(depth - 1)}${"]".repeat(depth - 1)}}`,
      );
    assert.equal((await nested(256)).result, "73311");
    const { error } = await nested(257);
    assert.deepEqual(error, { code: RPC_CODE.parse, message: "parse error: nested deeper than 256" });
    assert.equal((await rpc.answerTo("[".repeat(1_000_000))).error?.code, RPC_CODE.parse);
  });
});

describe("the gas limit of calls", () => {
  /** 21,000 of the call itself and one for each JUMPDEST. */
  const LIMIT = 21_100n;
  let live: LiveChain;
  before(async () => {
    live = await LiveChain.start({ limits: { callGasMax: LIMIT } });
  });
  after(() => live.stop());

  it("lets calls use exactly as much, and names itself beyond", async () => {
    const client = new RpcClient(live.url);
    const to = `0x${"c0".repeat(20)}`;
    const spending = (steps: number, gas?: string) =>
      client.answer("eth_call", { to, gas }, "latest", { [to]: { code: `0x${"5b".repeat(steps)}00` } });
    assert.equal((await spending(100)).result, "0x");
    assert.deepEqual((await spending(101)).error, {
      code: RPC_CODE.server,
      message: "out of gas: the limit is 21100 gas (--rpc-call-gas)",
    });
    assert.equal((await spending(101, "0x5208")).error?.message, "out of gas");
  });
});

describe("the fee cap of transactions sent", () => {
  const ETHER = 10n ** 18n;
  const RICH = new Wallet(FUNDED_KEYS[0] ?? "");
  let live: LiveChain;
  afterEach(() => live.stop());
  const send = async (fees: TransactionLike, method = "eth_sendRawTransaction") => {
    const client = new RpcClient(live.url);
    const nonce = Number(await client.result("eth_getTransactionCount", RICH.address, "pending"));
    const to = `0x${"22".repeat(20)}`;
    const raw = await RICH.signTransaction({
      ...{ chainId: CHAIN_ID, nonce, to, value: 1n, gasLimit: 25_000n },
      ...fees,
    });
    return client.answer(method, raw);
  };
  /** A price at which 25,000 gas cost so many wei. */
  const price = (wei: bigint) => wei / 25_000n;

  it("is on what a transaction may cost at most, of every type", async () => {
    live = await LiveChain.start();
    live.autoMine = false;
    const types: readonly ((perGas: bigint) => TransactionLike)[] = [
      (gasPrice) => ({ type: 0, gasPrice }),
      (gasPrice) => ({ type: 1, gasPrice, accessList: [] }),
      (maxFeePerGas) => ({ type: 2, maxFeePerGas, maxPriorityFeePerGas: 1n }),
    ];
    for (const fees of types) {
      assert.match(String((await send(fees(price(ETHER)))).result), /^0x/);
      for (const method of ["eth_sendRawTransaction", "eth_sendRawTransactionSync"]) {
        assert.deepEqual((await send(fees(price(21n * ETHER)), method)).error, {
          code: RPC_CODE.server,
          message:
            "tx fee (21.00 ether) exceeds the configured cap (1.00 ether): the limit is 1 ether (--rpc-tx-fee-cap)",
        });
      }
    }
    assert.deepEqual(await new RpcClient(live.url).result("txpool_status"), {
      pending: "0x3",
      queued: "0x0",
    });
  });

  it("may be a part of an ether, or none", async () => {
    const fees = (wei: bigint) => ({ type: 2, maxFeePerGas: price(wei), maxPriorityFeePerGas: 1n });
    live = await LiveChain.start({ limits: { txFeeEtherMax: 0.125 } });
    live.autoMine = false;
    assert.ok((await send(fees(ETHER / 8n))).result);
    assert.match(
      String((await send(fees(ETHER / 4n))).error?.message),
      /^tx fee \(0\.25 ether\) exceeds .*0\.125 ether/,
    );
    await live.stop();
    live = await LiveChain.start({ limits: { txFeeEtherMax: 0 } });
    live.autoMine = false;
    assert.ok((await send(fees(21n * ETHER))).result);
  });

  it("leaves it to the pool to refuse what is no transaction, or too large for one", async () => {
    live = await LiveChain.start();
    const client = new RpcClient(live.url);
    const message = async (raw: string) =>
      (await client.answer("eth_sendRawTransaction", raw)).error?.message;
    assert.equal(await message("0x02c0"), "rlp: too few elements for types.DynamicFeeTx");
    assert.match(String(await message(`0x02${"f9".repeat(131_072)}`)), /^oversized data/);
  });
});

function escaped(text: string): string {
  return text.replace(/[()]/g, "\\$&");
}
