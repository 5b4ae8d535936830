import assert from "node:assert/strict";
import { once } from "node:events";
import type { CallResult } from "@causeway/chain/types/call";
import { type Hash, ZERO_HASH } from "@causeway/protocol/hex";
import type { Json } from "../../src/json.js";
import { RPC_CODE } from "../../src/rpcError.js";
import type { RpcAnswer } from "../support/rpcClient.js";
import { RpcFixture } from "../support/rpcFixture.js";
import { SILENT_LOG } from "../support/silentLog.js";
import { dynamicFeeTransfer } from "../support/transfers.js";
import { WsClient } from "../support/wsClient.js";

/** Far above what an answer to a ping takes on a busy machine. */
const PING_MS = 2_000;
const TOPIC: Hash = `0x${"01".repeat(32)}`;

describe("subscriptions", () => {
  let rpc: RpcFixture;
  let client: WsClient;
  beforeEach(async () => {
    rpc = await RpcFixture.start({
      limits: { subscriptionsPerConnectionMax: 3, connectionsMax: 2, bodyBytesMax: 10_000 },
    });
    client = await WsClient.open(rpc.server.url);
  });
  afterEach(async () => {
    await client.close();
    await rpc.server.close();
  });

  const subscribe = async (...params: unknown[]) => (await client.call("eth_subscribe", ...params)).result;
  const sendTransfer = async (nonce: number) =>
    rpc.chain.pool.add(Buffer.from((await dynamicFeeTransfer(nonce)).slice(2), "hex"));

  it("tell every head once and in order, the first after the answer with the id", async () => {
    const id = await subscribe("newHeads");
    const mined = Array.from({ length: 20 }, () => rpc.chain.mine().header.hash);
    await client.until(() => client.notified(id).length >= 20 || undefined);
    const hashes = client.notified(id).map((head) => (head as { hash: string }).hash);
    assert.deepEqual(hashes, mined);
    assert.equal("id" in (client.messages[0] ?? {}), true);
  });

  it("miss nothing that happens before the answer with the id is sent", async () => {
    const mined: string[] = [];
    rpc.chain.callResult = async () => {
      mined.push(rpc.chain.mine().header.hash);
      return { status: "success", returnData: "0x", gasUsed: 0n, error: null };
    };
    const batch = [
      { jsonrpc: "2.0", id: "s", method: "eth_subscribe", params: ["newHeads"] },
      { jsonrpc: "2.0", id: "c", method: "eth_call", params: [{}] },
    ];
    client.socket.send(JSON.stringify(batch));
    await client.until(() => client.messages[1]);
    const [answers, notified] = client.messages as unknown as [
      RpcAnswer[],
      { params: { subscription: string; result: { hash: string } } },
    ];
    assert.equal(notified.params.subscription, answers[0]?.result);
    assert.equal(notified.params.result.hash, mined[0]);
  });

  it("keep a bounded number of addresses, topics and hashes, by connection and all together", async () => {
    const small = await RpcFixture.start({ limits: { watchedPerConnectionMax: 4, watchedTotalMax: 6 } });
    const clients = [await WsClient.open(small.server.url), await WsClient.open(small.server.url)] as const;
    const [one, other] = clients;
    const begin = (of: WsClient, ...params: unknown[]) => of.call("eth_subscribe", ...params);
    const codeOf = async (answer: Promise<RpcAnswer>) => (await answer).error?.code;
    const three = { address: `0x${"aa".repeat(20)}`, topics: [[TOPIC, ZERO_HASH], null] };
    const hashes = { transactionHashes: [TOPIC, ZERO_HASH] };

    const first = (await begin(one, "logs", three)).result;
    const tooMuch = (await begin(one, "transactionReceipts", hashes)).error;
    assert.deepEqual(
      [tooMuch?.code, tooMuch?.message],
      [
        RPC_CODE.limitExceeded,
        "the subscriptions of this connection have too many filter terms, the limit is 4 addresses, topics and hashes (rpc.limits.watchedPerConnectionMax)",
      ],
    );
    assert.equal(await codeOf(begin(one, "newHeads")), undefined);
    assert.equal(await codeOf(begin(other, "logs", three)), undefined);
    assert.equal(await codeOf(begin(other, "logs", { topics: [TOPIC] })), RPC_CODE.limitExceeded, "6 of all");
    assert.equal((await one.call("eth_unsubscribe", first)).result, true);
    assert.equal((await one.call("eth_unsubscribe", first)).error?.message, "subscription not found");
    assert.equal(
      await codeOf(begin(other, "logs", { topics: [TOPIC] })),
      undefined,
      "what ended is given back",
    );
    await other.close();
    assert.equal(await codeOf(begin(one, "logs", three)), undefined);
    await one.close();
    await small.server.close();
  });

  it("of logs select by topic", async () => {
    const [matching, other] = [
      await subscribe("logs", { topics: [[TOPIC]] }),
      await subscribe("logs", { topics: [ZERO_HASH] }),
    ];
    const all = await subscribe("logs");
    await sendTransfer(0);
    rpc.chain.mine([{ address: `0x${"aa".repeat(20)}`, topics: [TOPIC] }]);
    await client.until(() => client.notified(all)[0]);
    assert.equal(client.notified(matching).length, 1);
    assert.equal(client.notified(other).length, 0);
    assert.equal((client.notified(matching)[0] as { removed: boolean }).removed, false);
  });

  it("of logs select by height, and refuse a range that nothing can be in", async () => {
    const [second, fromSecond, all] = [
      await subscribe("logs", { fromBlock: "0x2", toBlock: "0x2" }),
      await subscribe("logs", { fromBlock: "0x2", toBlock: "latest" }),
      await subscribe("logs", { fromBlock: "earliest" }),
    ];
    for (let nonce = 0; nonce < 3; nonce++) {
      await sendTransfer(nonce);
      rpc.chain.mine([{ address: `0x${"aa".repeat(20)}`, topics: [TOPIC] }]);
    }
    await client.until(() => client.notified(all)[2]);
    const heights = (id: Json | undefined) =>
      client.notified(id).map((log) => (log as { blockNumber: string }).blockNumber);
    assert.deepEqual([second, fromSecond, all].map(heights), [
      ["0x2"],
      ["0x2", "0x3"],
      ["0x1", "0x2", "0x3"],
    ]);
    for (const range of [{ fromBlock: "0x3", toBlock: "0x2" }, { toBlock: "0x9" }]) {
      const { error } = await client.call("eth_subscribe", "logs", range);
      assert.deepEqual([error?.code, error?.message], [-32602, "invalid block range params"]);
    }
  });

  it("of pooled transactions tell hashes, or all when asked", async () => {
    const [hashes, full] = [
      await subscribe("newPendingTransactions"),
      await subscribe("newPendingTransactions", true),
    ];
    const hash = await sendTransfer(0);
    const whole = await client.until(() => client.notified(full)[0]);
    assert.deepEqual(client.notified(hashes), [hash]);
    assert.equal((whole as { hash: string }).hash, hash);
  });

  it("of receipts tell a block's at once", async () => {
    const id = await subscribe("transactionReceipts");
    rpc.chain.mine();
    const hash = await sendTransfer(0);
    rpc.chain.mine();
    const receipts = await client.until(() => client.notified(id)[0]);
    assert.deepEqual(
      (receipts as { transactionHash: string }[]).map((r) => r.transactionHash),
      [hash],
    );
  });

  it("of syncing tell when it ends", async () => {
    rpc.status.progress = { startingBlock: 0, currentBlock: 1, highestBlock: 9 };
    const id = await subscribe("syncing");
    rpc.chain.mine();
    rpc.status.progress = false;
    rpc.chain.mine();
    await client.until(() => client.notified(id)[1] !== undefined || undefined);
    assert.deepEqual(client.notified(id), [
      { syncing: true, status: { startingBlock: "0x0", currentBlock: "0x1", highestBlock: "0x9" } },
      false,
    ]);
  });

  it("end with eth_unsubscribe, once", async () => {
    const [id, other] = [await subscribe("newHeads"), await subscribe("newHeads")];
    assert.equal((await client.call("eth_unsubscribe", id)).result, true);
    rpc.chain.mine();
    await client.until(() => client.notified(other)[0]);
    assert.deepEqual(client.notified(id), []);
    assert.equal((await client.call("eth_unsubscribe", id)).error?.message, "subscription not found");
  });

  it("are bounded per connection, unknown kinds are named, and HTTP has none", async () => {
    for (let i = 0; i < 3; i++) await subscribe("newHeads");
    const { error } = await client.call("eth_subscribe", "newHeads");
    assert.deepEqual(
      [error?.code, error?.message],
      [
        RPC_CODE.limitExceeded,
        "too many subscriptions on this connection, the limit is 3 subscriptions (--rpc-subscriptions)",
      ],
    );
    assert.deepEqual((await client.call("eth_subscribe", "newBlocks")).error, {
      code: RPC_CODE.methodNotFound,
      message: 'no "newBlocks" subscription in eth namespace',
    });
    assert.deepEqual(await rpc.error("eth_subscribe", "newHeads"), [
      RPC_CODE.methodNotFound,
      "notifications not supported",
    ]);
  });

  it("share their connection with calls and batches", async () => {
    assert.equal((await client.call("eth_chainId")).result, "0x11e5f");
    client.socket.send("{nope");
    await client.until(() => client.messages.find((m) => "error" in m && m.error?.code === RPC_CODE.parse));
  });

  it("refuse foreign pages, foreign hosts and too many connections at the handshake", async () => {
    const refused = (headers: Record<string, string>) =>
      assert.rejects(WsClient.open(rpc.server.url, headers), /40[13]|503/);
    await refused({ origin: "https://evil.example" });
    await refused({ host: "rebound.example" });
    await refused({ origin: "http://localhost:3000" });
    const second = await WsClient.open(rpc.server.url);
    await refused({});
    await second.close();
  });

  it("end when a frame is larger than the bound", async () => {
    client.socket.send(" ".repeat(10_001));
    const [code, reason] = await once(client.socket, "close");
    assert.equal(code, 1009);
    assert.equal(String(reason), "message too big: the limit is 10000 bytes (--rpc-body-bytes)");
  });
});

describe("a websocket", () => {
  it("is cut when its client reads too slowly, and the others go on", async () => {
    const warnings: string[] = [];
    const log = { ...SILENT_LOG, warn: (_fields: object, message: string) => warnings.push(message) };
    const rpc = await RpcFixture.start({ limits: { bufferedBytesMax: 3_000_000 }, log });
    rpc.chain.callResult = {
      status: "success",
      returnData: `0x${"ab".repeat(500_000)}`,
      gasUsed: 0n,
      error: null,
    };
    const [slow, quick] = [await WsClient.open(rpc.server.url), await WsClient.open(rpc.server.url)];
    slow.socket.pause();
    const call = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "eth_call", params: [{}] });
    // More megabytes than any kernel buffers for a loopback connection.
    for (let i = 0; i < 40; i++) slow.socket.send(call);
    while (warnings.length === 0) await quick.call("eth_chainId");
    assert.deepEqual(warnings, ["rpc client reads too slowly: disconnected"]);
    slow.socket.terminate();
    await quick.close();
    await rpc.server.close();
  });

  it("is told when the server goes away", async () => {
    const rpc = await RpcFixture.start();
    const client = await WsClient.open(rpc.server.url);
    const closed = once(client.socket, "close");
    await rpc.server.close();
    assert.equal((await closed)[0], 1001);
  });

  it("with many requests in work is read on when they are answered", async () => {
    const rpc = await RpcFixture.start({ limits: { messagesInFlightMax: 4 } });
    const client = await WsClient.open(rpc.server.url);
    const calls = Array.from({ length: 500 }, () =>
      client.call("eth_call", { data: `0x${"ab".repeat(2_000)}` }),
    );
    for (const { result } of await Promise.all(calls)) assert.equal(result, "0x");
    await client.close();
    await rpc.server.close();
  });

  it("that is not read because of its many requests in work is not taken for dead", async () => {
    const rpc = await RpcFixture.start({
      limits: { pingIntervalMs: PING_MS, messagesInFlightMax: 4, concurrentCallsMax: 1 },
    });
    const succeeding: CallResult = { status: "success", returnData: "0x", gasUsed: 0n, error: null };
    const release: (() => void)[] = [];
    rpc.chain.callResult = () =>
      new Promise((resolve) => {
        release.push(() => resolve(succeeding));
      });
    const [client, other] = [await WsClient.open(rpc.server.url), await WsClient.open(rpc.server.url)];
    const calls = Array.from({ length: 20 }, () => client.call("eth_call", {}));
    while (release.length === 0) await rpc.answer("eth_chainId");
    // With the second of them, the server drops who has not answered the first.
    for (let i = 0; i < 3; i++) await once(other.socket, "ping");
    rpc.chain.callResult = succeeding;
    for (const end of release) end();
    for (const { result } of await Promise.all(calls)) assert.equal(result, "0x");
    await other.close();
    await client.close();
    await rpc.server.close();
  });

  it("that died with many requests in work is dropped after the last of them", async () => {
    const rpc = await RpcFixture.start({ limits: { pingIntervalMs: PING_MS, messagesInFlightMax: 2 } });
    const release: (() => void)[] = [];
    rpc.chain.callResult = () =>
      new Promise((resolve) => {
        release.push(() => resolve({ status: "success", returnData: "0x", gasUsed: 0n, error: null }));
      });
    const client = await WsClient.open(rpc.server.url);
    client.socket.pong = () => {};
    const closed = once(client.socket, "close");
    for (let id = 0; id < 2; id++) {
      client.socket.send(JSON.stringify({ jsonrpc: "2.0", id, method: "eth_call", params: [{}] }));
    }
    while (release.length < 2) await rpc.answer("eth_chainId");
    for (const end of release) end();
    assert.equal((await closed)[0], 1006);
    await rpc.server.close();
  });

  it("that answers no ping is dropped", async () => {
    const rpc = await RpcFixture.start({ limits: { pingIntervalMs: PING_MS } });
    const [dead, alive] = [await WsClient.open(rpc.server.url), await WsClient.open(rpc.server.url)];
    dead.socket.pong = () => {};
    await once(dead.socket, "close");
    assert.equal((await alive.call("eth_chainId")).result, "0x11e5f");
    await alive.close();
    await rpc.server.close();
  });
});
