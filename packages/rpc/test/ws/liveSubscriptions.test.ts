import assert from "node:assert/strict";
import { Wallet } from "ethers";
import { CHAIN_ID, FUNDED_KEYS, LiveChain, transfer } from "../support/liveChain.js";
import { RpcClient } from "../support/rpcClient.js";
import { WsClient } from "../support/wsClient.js";

const HEADS = 25;

interface Head {
  readonly hash: string;
  readonly parentHash: string;
  readonly number: string;
}

describe("subscriptions over the real chain", () => {
  let live: LiveChain;
  let client: WsClient;
  let rpc: RpcClient;
  beforeEach(async () => {
    live = await LiveChain.start();
    live.autoMine = false;
    client = await WsClient.open(live.url);
    rpc = new RpcClient(live.url);
  });
  afterEach(async () => {
    await client.close();
    await live.stop();
  });

  const subscribe = async (...params: unknown[]) => (await client.call("eth_subscribe", ...params)).result;
  const notified = async (id: Awaited<ReturnType<typeof subscribe>>, count: number) => {
    await client.until(() => client.notified(id).length >= count || undefined);
    return client.notified(id);
  };

  it("hear every header of a catch-up, in order, each on the one before", async () => {
    const id = await subscribe("newHeads");
    await Promise.all(Array.from({ length: HEADS }, () => live.mine()));
    const heads = (await notified(id, HEADS)) as unknown as Head[];
    assert.equal(heads.length, HEADS);
    for (const [i, head] of heads.entries()) {
      assert.equal(BigInt(head.number), BigInt(i + 1));
      if (i > 0) assert.equal(head.parentHash, heads[i - 1]?.hash);
    }
    assert.deepEqual(heads.at(-1), await rpc.result("eth_getHeaderByNumber", "latest"));
  });

  it("hear pooled transactions, then logs and receipts in the shapes that queries answer", async () => {
    const wallet = new Wallet(FUNDED_KEYS[1] ?? "");
    const logging = await wallet.signTransaction({
      ...{ type: 2, chainId: CHAIN_ID, nonce: 0, gasLimit: 100_000n, data: "0x60075f5fa100" },
      ...{ maxFeePerGas: 5_000_000_000n, maxPriorityFeePerGas: 1_000_000_000n },
    });
    const ids = {
      hashes: await subscribe("newPendingTransactions"),
      whole: await subscribe("newPendingTransactions", true),
      logs: await subscribe("logs", { topics: [`0x${"07".padStart(64, "0")}`] }),
      receipts: await subscribe("transactionReceipts"),
    };
    const sent: string[] = [];
    for (const raw of [await transfer(0), logging])
      sent.push(await rpc.result<string>("eth_sendRawTransaction", raw));
    const one = await subscribe("transactionReceipts", { transactionHashes: [sent[1]] });
    assert.deepEqual(await notified(ids.hashes, 2), sent);
    const whole = (await notified(ids.whole, 2)) as unknown as { hash: string; blockHash: null }[];
    assert.deepEqual(
      whole.map(({ hash, blockHash }) => [hash, blockHash]),
      sent.map((hash) => [hash, null]),
    );
    await live.mine();
    assert.deepEqual(await notified(ids.logs, 1), await rpc.result("eth_getLogs", { fromBlock: "0x0" }));
    const receipts = await rpc.result<{ transactionHash: string }[]>("eth_getBlockReceipts", "latest");
    assert.deepEqual(await notified(ids.receipts, 1), [receipts]);
    assert.deepEqual(await notified(one, 1), [
      receipts.filter(({ transactionHash }) => transactionHash === sent[1]),
    ]);
  });
});
