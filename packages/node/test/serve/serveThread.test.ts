import assert from "node:assert/strict";
import type { Worker } from "node:worker_threads";
import { fromHex, type Hex } from "@causeway/protocol/hex";
import { WebSocketProvider } from "ethers";
import { systemTimers } from "../../src/ports/systemPorts.js";
import type { Timers } from "../../src/ports/timers.js";
import { waitFor } from "../support/waitFor.js";
import { CHAIN_ID, RICH, ServedChain } from "./servedChain.js";

const BLOCKS = 1_000;
/** Creation code of: 5b600056, which runs until its gas is gone. */
const LOOP = "0x6004600c60003960046000f35b600056";
const GWEI = 10n ** 9n;

/** However long the thread takes to close: it is not ended by force. */
const patient: Timers = {
  ...systemTimers,
  after: (ms, action) => (ms === 1_500 ? () => {} : systemTimers.after(ms, action)),
};

describe("the serve thread, over a chain on disk", () => {
  let served: ServedChain;

  beforeEach(async () => {
    served = await ServedChain.start(patient);
  });
  afterEach(() => served.stop());

  const transfer = (nonce: number, more: object = {}) =>
    RICH.signTransaction({
      ...{ type: 2, chainId: CHAIN_ID, nonce, to: RICH.address, value: 1n, gasLimit: 21_000n },
      ...{ maxFeePerGas: 3n * GWEI, maxPriorityFeePerGas: GWEI, ...more },
    });
  const headNumber = async () => Number(await served.rpc<string>("eth_blockNumber"));
  const logged = (part: string) => served.log.lines.filter(({ message }) => message.includes(part));
  const metric = async (name: string) => {
    const text = await served.registry.metrics();
    return Number(text.match(new RegExp(`^${name} (\\S+)$`, "m"))?.[1]);
  };
  const newest = () => served.workers.at(-1) as Worker;

  it("takes transactions, shows them pooled, then included", async () => {
    const raws = [await transfer(0), await transfer(1), await transfer(3)];
    const hashes: string[] = [];
    for (const raw of raws) hashes.push(await served.rpc("eth_sendRawTransaction", raw));
    assert.deepEqual(await served.rpc("txpool_status"), { pending: "0x2", queued: "0x1" });
    assert.equal(await served.rpc("eth_getTransactionCount", RICH.address, "pending"), "0x2");
    const pooled = await served.rpc<{ from: string; blockHash: null }>("eth_getTransactionByHash", hashes[1]);
    assert.equal(pooled.from, RICH.address.toLowerCase());
    assert.equal(pooled.blockHash, null);
    const { pending, queued } = await served.rpc<Record<string, object>>("txpool_content");
    assert.deepEqual(Object.keys(Object.values(pending as object)[0] as object), ["0", "1"]);
    assert.deepEqual(Object.keys(Object.values(queued as object)[0] as object), ["3"]);
    const next = await served.rpc<{ transactions: string[] }>("eth_getBlockByNumber", "pending", false);
    assert.deepEqual(next.transactions, hashes.slice(0, 2));

    await served.mine();
    await waitFor("the block", async () => (await headNumber()) === 1);
    const receipt = await served.rpc<{ status: string }>("eth_getTransactionReceipt", hashes[1]);
    assert.equal(receipt.status, "0x1");
    assert.equal(await served.rpc("eth_getRawTransactionByHash", hashes[2]), raws[2]);
  });

  it("never loses sight of a transaction on its way from the pool into a block that it was not told of", async () => {
    const raw = await transfer(0);
    const hash = await served.rpc("eth_sendRawTransaction", raw);
    served.holdHeads();
    await served.mine();
    assert.equal(await headNumber(), 0);
    assert.equal(served.chain.pool.get(hash as Hex), null);
    const found = await served.rpc<{ blockNumber: string } | null>("eth_getTransactionByHash", hash);
    assert.equal(found?.blockNumber, "0x1");
    assert.equal(await headNumber(), 1, "what is shown is in the chain that is shown");
    assert.equal(await served.rpc("eth_getTransactionByHash", `0x${"11".repeat(32)}`), null);
    served.releaseHeads();
    await served.mine();
    await waitFor("the next block", async () => (await headNumber()) === 2);
  });

  it("traces what was executed on the other thread, and finds it by address", async () => {
    type Page = { txs: { hash: string }[]; lastPage: boolean };
    const hashes: string[] = [];
    for (let nonce = 0; nonce < 2; nonce++) {
      hashes.unshift(await served.rpc("eth_sendRawTransaction", await transfer(nonce)));
      await served.mine();
      await waitFor("the block", async () => (await headNumber()) === nonce + 1);
      const trace = await served.rpc<{ gas: number }>("debug_traceTransaction", hashes[0]);
      assert.equal(trace.gas, 21_000);
      const { txs, lastPage } = await served.rpc<Page>("ots_searchTransactionsBefore", RICH.address, 0, 25);
      assert.deepEqual([txs.map(({ hash }) => hash), lastPage], [hashes, true]);
    }
  });

  it("passes on why a transaction is refused, word for word", async () => {
    await served.rpc("eth_sendRawTransaction", await transfer(0));
    await served.mine();
    await waitFor("the block", async () => (await headNumber()) === 1);
    for (const raw of [
      await transfer(0),
      await transfer(1, { value: 10n ** 30n }),
      await transfer(1, { gasLimit: 20_000n }),
      "0x02c0" as const,
    ]) {
      const here = await served.chain.pool.add(fromHex(raw as Hex)).catch((error: Error) => error.message);
      const { error } = await served.ask("eth_sendRawTransaction", raw);
      assert.deepEqual(error, { code: -32_000, message: here });
    }
  });

  it("asks the node for its status", async () => {
    const status = await served.rpc<Record<string, unknown>>("causeway_status");
    assert.deepEqual(status.peers, [{ id: "peer", validator: null, height: 3 }]);
    assert.deepEqual(status.refused, { "H1.withdrawals": 2 });
    assert.deepEqual(await served.rpc("causeway_getRounds"), { height: 4 });
    assert.equal((await fetch(`${served.thread.url}/readyz`)).status, 200);
  });

  it(`shows a subscriber each of ${BLOCKS} blocks once and in order, while others ask`, async () => {
    const socket = new WebSocketProvider(served.thread.url.replace("http", "ws"));
    const heads: number[] = [];
    await socket.on("block", (height: number) => heads.push(height));
    // The subscription is there when the node has answered what follows it.
    await socket.send("eth_chainId", []);
    let asking = true;
    const others = [0, 1, 2].map(async () => {
      while (asking) await served.rpc("eth_getLogs", { fromBlock: "0x0", toBlock: "latest" });
    });
    try {
      for (let height = 1; height <= BLOCKS; height++) await served.mine();
      await waitFor("the last head", () => heads.at(-1) === BLOCKS);
    } finally {
      asking = false;
      await Promise.all(others);
      await socket.destroy();
    }
    assert.deepEqual(
      heads,
      Array.from({ length: BLOCKS }, (_, i) => i + 1),
    );
  });

  it("tells subscribers of pooled transactions, all of them, in order", async () => {
    const socket = new WebSocketProvider(served.thread.url.replace("http", "ws"));
    const told: string[] = [];
    await socket.on("pending", (hash: string) => told.push(hash));
    await socket.send("eth_chainId", []);
    const hashes: string[] = [];
    for (let nonce = 0; nonce < 50; nonce++) {
      hashes.push(await served.chain.pool.add(fromHex((await transfer(nonce)) as Hex)));
    }
    await waitFor("the last of them", () => told.length >= hashes.length);
    await socket.destroy();
    assert.deepEqual(told, hashes);
  });

  it("that ends is started again at the same place, with an alarm, while blocks go on", async () => {
    const { url } = served.thread;
    await served.mine();
    // Busy reading the database when it ends.
    const cut = served.rpc("eth_getLogs", { fromBlock: "0x0", toBlock: "latest" }).catch(() => null);
    await newest().terminate();
    await cut;
    const height = await served.mine();
    await waitFor("an answer", () =>
      headNumber().then(
        (head) => head === height && logged("JSON-RPC is back").length > 0,
        () => false,
      ),
    );
    assert.equal(served.thread.url, url);
    assert.equal(served.workers.length, 2);
    assert.equal(logged("the serve thread ended").length, 1);
    assert.equal(logged("JSON-RPC is back").length, 1);
    assert.equal(await metric("causeway_serve_restarts_total"), 1);
    assert.equal(await metric("causeway_serve_up"), 1);
    // The one started again hears of heads, too.
    await served.mine();
    await waitFor("the next block", async () => (await headNumber()) === height + 1);
  });

  it("tells what it measures with the node's metrics", async () => {
    await served.rpc("eth_chainId");
    await served.ask("eth_nonsense");
    const text = await served.thread.metrics();
    const count = (labels: string) =>
      text.includes(`causeway_serve_rpc_seconds_count{node="served",${labels}} 1\n`);
    assert(count('method="eth_chainId",outcome="success"'));
    assert(count('method="unknown",outcome="failure"'));
    assert.match(text, /causeway_serve_loop_lag_seconds\{node="served"\} [0-9.e-]+/);
    assert.match(text, /causeway_serve_heap_bytes\{node="served"\} [0-9]+/);
  });

  it("closes while it is busy, by itself, and leaves nothing open", async () => {
    const kinds = () =>
      process.getActiveResourcesInfo().filter((kind) => kind.includes("MessagePort")).length;
    const create = { ...{ to: null, data: LOOP, gasLimit: 100_000n, value: 0n } };
    await served.chain.pool.add(fromHex((await transfer(0, create)) as Hex));
    await served.mine();
    await waitFor("the block", async () => (await headNumber()) === 1);
    const block = await served.rpc<{ transactions: string[] }>("eth_getBlockByNumber", "latest", false);
    const { contractAddress } = await served.rpc<{ contractAddress: string }>(
      "eth_getTransactionReceipt",
      block.transactions[0],
    );
    const call = { to: contractAddress, gas: "0x2faf080" };
    const busy = Array.from({ length: 8 }, () => served.rpc("eth_call", call, "latest").catch(() => "cut"));
    const worker = newest();
    let terminated = false;
    const terminate = worker.terminate.bind(worker);
    worker.terminate = () => {
      terminated = true;
      return terminate();
    };
    await served.rpc("eth_chainId");
    assert.notEqual(kinds(), 0);
    await served.thread.close();
    assert.deepEqual(
      await Promise.all(busy),
      Array.from({ length: 8 }, () => "cut"),
    );
    assert(!terminated);
    assert.equal(kinds(), 0);
    await served.mine();
  });
});

describe("a serve thread that answers nobody", () => {
  it("is complained of, then ended and started again", async () => {
    const pings: (() => void)[] = [];
    // Time between pings passes at once when the test says so; what takes milliseconds takes them.
    const after = (ms: number, action: () => void) => {
      if (ms !== 10_000) return systemTimers.after(ms, action);
      pings.push(action);
      return () => {};
    };
    const served = await ServedChain.start({ ...systemTimers, after });
    try {
      const logged = (part: string) =>
        served.log.lines.filter(({ message }) => message.includes(part)).length;
      await served.rpc("eth_chainId");
      // All in one turn: no answer can come in between.
      for (let i = 0; i < 7; i++) for (const ping of pings.splice(0)) ping();
      assert(logged("has not answered") >= 6);
      await waitFor("the next thread", () => served.workers.length === 2 && logged("JSON-RPC is back") === 1);
      assert.equal(await served.rpc("eth_blockNumber"), "0x0");
    } finally {
      await served.stop();
    }
  });
});
