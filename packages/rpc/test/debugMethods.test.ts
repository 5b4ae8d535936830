import assert from "node:assert/strict";
import { decodeRlp, encodeRlp, keccak256 } from "ethers";
import { LiveChain, transfer } from "./support/liveChain.js";
import { RpcClient } from "./support/rpcClient.js";

interface Block {
  readonly hash: string;
  readonly transactions: readonly string[];
}

describe("debug_getRaw* over the real chain", () => {
  let live: LiveChain;
  let rpc: RpcClient;
  before(async () => {
    live = await LiveChain.start();
    rpc = new RpcClient(live.url);
    await rpc.result("eth_sendRawTransaction", await transfer(0));
    await live.mine();
  });
  after(() => live.stop());

  it("give headers that hash to their block, genesis included", async () => {
    for (const height of ["0x0", "0x1"]) {
      const { hash } = await rpc.result<Block>("eth_getBlockByNumber", height, false);
      const header = await rpc.result<string>("debug_getRawHeader", height);
      assert.equal(keccak256(header), hash);
      const [first] = decodeRlp(await rpc.result<string>("debug_getRawBlock", hash)) as [string];
      assert.equal(encodeRlp(first), header);
    }
  });

  it("give transactions that hash to theirs, and typed receipts", async () => {
    const { transactions } = await rpc.result<Block>("eth_getBlockByNumber", "0x1", false);
    const raw = await rpc.result<string>("debug_getRawTransaction", transactions[0]);
    assert.equal(keccak256(raw), transactions[0]);
    const [receipt] = await rpc.result<string[]>("debug_getRawReceipts", "0x1");
    assert.equal(receipt?.slice(0, 4), "0x02");
    const [status, gasUsed, bloom, logs] = decodeRlp(`0x${receipt?.slice(4)}`) as [
      string,
      string,
      string,
      string[],
    ];
    assert.deepEqual([status, gasUsed, bloom.length, logs], ["0x01", "0x5208", 514, []]);
  });

  it("say which block is not there", async () => {
    assert.deepEqual(await rpc.error("debug_getRawBlock", "0x9"), [-32000, "block #9 not found"]);
    assert.equal(await rpc.result("debug_getRawReceipts", "0x9"), null);
  });
});
