import assert from "node:assert/strict";
import { CallSlots } from "../../src/calls/callSlots.js";
import { RpcFixture } from "../support/rpcFixture.js";
import { WsClient } from "../support/wsClient.js";

describe("CallSlots", () => {
  it("runs no more than its number at once, in order, and survives failures", async () => {
    const slots = new CallSlots(2);
    const started: number[] = [];
    const release: (() => void)[] = [];
    const work = (n: number) =>
      slots.run("client", async () => {
        started.push(n);
        await new Promise<void>((resolve) => release.push(resolve));
        if (n === 0) throw new Error("failed");
        return n;
      });
    const results = [0, 1, 2, 3].map(work);
    assert.deepEqual(started, [0, 1]);
    release[0]?.();
    await assert.rejects(results[0] ?? Promise.resolve(), /failed/);
    assert.deepEqual(started, [0, 1, 2]);
    for (let i = 1; i < 4; i++) {
      release[i]?.();
      assert.equal(await results[i], i);
    }
  });

  it("gives clients turns, each its calls in order", async () => {
    const slots = new CallSlots(1);
    const started: string[] = [];
    const calls = ["a1", "a2", "a3", "a4", "b1", "b2", "c1"].map((name) =>
      slots.run(name[0], async () => {
        started.push(name);
      }),
    );
    await Promise.all(calls);
    assert.deepEqual(started, ["a1", "a2", "b1", "c1", "a3", "b2", "a4"]);
    await slots.run("d", async () => {
      started.push("d1");
    });
    assert.equal(started.at(-1), "d1", "what was waited for is free again");
  });

  it("lets no client of the server wait for another's queue", async () => {
    const rpc = await RpcFixture.start({ limits: { concurrentCallsMax: 1 } });
    const [crowd, other] = [await WsClient.open(rpc.server.url), await WsClient.open(rpc.server.url)];
    const release: (() => void)[] = [];
    rpc.chain.callResult = () =>
      new Promise((resolve) => {
        release.push(() => resolve({ status: "success", returnData: "0x", gasUsed: 1n, error: null }));
      });
    const ended: string[] = [];
    const call = (client: WsClient, name: string) =>
      client.call("eth_call", {}).then(({ result }) => ended.push(`${name} ${result}`));
    const calls = [call(crowd, "crowd"), call(crowd, "crowd"), call(crowd, "crowd")];
    await crowd.call("eth_chainId");
    calls.push(call(other, "other"));
    await other.call("eth_chainId");
    while (ended.length < calls.length) {
      release.shift()?.();
      // Lets the answer out and the next call begin.
      await other.call("eth_chainId");
    }
    await Promise.all(calls);
    assert.deepEqual(ended, ["crowd 0x", "crowd 0x", "other 0x", "crowd 0x"]);
    await crowd.close();
    await other.close();
    await rpc.server.close();
  });
});
