import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { network } from "hardhat";
import CounterModule from "../ignition/modules/Counter.js";

describe("Counter", async () => {
  const { viem, ignition } = await network.create();

  it("emits, and reverts with its own error", async () => {
    const counter = await viem.deployContract("Counter", [90n]);
    const client = await viem.getPublicClient();
    const { blockNumber } = await client.waitForTransactionReceipt({ hash: await counter.write.up([5n]) });
    const events = await counter.getEvents.Counted({ fromBlock: blockNumber, toBlock: blockNumber });
    assert.deepEqual(
      events.map(({ args }) => args.count),
      [95n],
    );
    await assert.rejects(counter.write.up([6n]), /TooFar\(uint256 count\)[\s\S]*\(95\)/);
  });

  it("is deployed by an Ignition module", async () => {
    const { counter } = await ignition.deploy(CounterModule);
    assert.equal(await counter.read.count(), 8n);
  });

  it("moves ether", async () => {
    const [wallet] = await viem.getWalletClients();
    const client = await viem.getPublicClient();
    assert.ok(wallet !== undefined);
    const to = "0x00000000000000000000000000000000000c0ffe";
    const before = await client.getBalance({ address: to });
    const receipt = await client.waitForTransactionReceipt({
      hash: await wallet.sendTransaction({ to, value: 7n }),
    });
    assert.equal(receipt.status, "success");
    assert.equal(await client.getBalance({ address: to }), before + 7n);
  });
});
