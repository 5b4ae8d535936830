import assert from "node:assert/strict";
import { LiveChain } from "../support/liveChain.js";
import { RpcClient } from "../support/rpcClient.js";

/** NUMBER and TIMESTAMP as two words. */
const CLOCK = "0x435f524260205260405ff3";

describe("block overrides of a call", () => {
  let live: LiveChain;
  let rpc: RpcClient;
  before(async () => {
    live = await LiveChain.start();
    rpc = new RpcClient(live.url);
  });
  after(() => live.stop());

  const shown = async (overrides: object) => {
    const words = await rpc.result<string>("eth_call", { input: CLOCK }, "latest", {}, overrides);
    return [0, 1].map((i) => BigInt(`0x${words.slice(2 + 64 * i, 66 + 64 * i)}`));
  };

  it("reach as far as the words that show them", async () => {
    const most = 2n ** 64n - 1n;
    assert.deepEqual(await shown({ number: "0xffffffffffffffff", time: "0xffffffffffffffff" }), [most, most]);
    assert.deepEqual(await shown({ number: `0x${"f".repeat(64)}`, time: "0x7" }), [2n ** 256n - 1n, 7n]);
    assert.deepEqual(await shown({ number: "0x20000000000000", time: "0x1fffffffffffff" }), [
      2n ** 53n,
      2n ** 53n - 1n,
    ]);
    const parentHash = { input: "0x60014303405f5260205ff3" };
    const far = { number: "0xffffffffffffffff" };
    assert.equal(BigInt(await rpc.result<string>("eth_call", parentHash, "latest", {}, far)), 0n);
    const [code, message] = await rpc.error("eth_call", {}, "latest", {}, { time: `0x1${"0".repeat(16)}` });
    assert.deepEqual([code, /hex number > 64 bits/.test(message)], [-32602, true], message);
  });

  it("leave the difficulty to prevRandao, as in geth since the merge", async () => {
    const word = `0x${"0".repeat(63)}7`;
    const overrides = { difficulty: "0x9", prevRandao: word };
    assert.equal(await rpc.result("eth_call", { input: "0x445f5260205ff3" }, "latest", {}, overrides), word);
  });
});
