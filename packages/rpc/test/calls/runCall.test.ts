import assert from "node:assert/strict";
import { type Contract, ContractFactory, JsonRpcProvider, Wallet } from "ethers";
import { RPC_CODE } from "../../src/rpcError.js";
import { COUNTER_ABI, COUNTER_BYTECODE } from "../support/counterContract.js";
import { FUNDED_KEYS, LiveChain } from "../support/liveChain.js";
import { RpcClient } from "../support/rpcClient.js";

describe("the deadline of calls", () => {
  let live: LiveChain;
  let provider: JsonRpcProvider;

  before(async () => {
    live = await LiveChain.start({ limits: { callMsMax: 2_000, callGasMax: 10n ** 12n } });
    provider = new JsonRpcProvider(live.url, undefined, { pollingInterval: 20, cacheTimeout: -1 });
  });
  after(async () => {
    provider.destroy();
    await live.stop();
  });

  it("ends an endless loop in the real engine, and the server goes on", async () => {
    const factory = new ContractFactory(
      [...COUNTER_ABI],
      COUNTER_BYTECODE,
      new Wallet(FUNDED_KEYS[0] ?? "", provider),
    );
    const counter = (await (await factory.deploy(5)).waitForDeployment()) as Contract;
    const spin = { to: await counter.getAddress(), data: counter.interface.encodeFunctionData("spin") };
    const rpc = new RpcClient(live.url);
    const calls = Array.from({ length: 6 }, () => rpc.error("eth_call", spin, "latest"));
    assert.equal(await provider.getBlockNumber(), 1);
    for (const error of await Promise.all(calls)) {
      assert.deepEqual(error, [
        RPC_CODE.server,
        "execution aborted (timeout = 2s): the limit is 2000 ms (--rpc-call-ms)",
      ]);
    }
    assert.equal(await counter.getFunction("count")(), 5n);
  });
});
