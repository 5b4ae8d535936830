import assert from "node:assert/strict";
import { fromHex, type Hex } from "@causeway/protocol/hex";
import { TipOracle } from "../../src/fees/tipOracle.js";
import { FakeChain, GWEI } from "../support/fakeChain.js";
import { FakeStatus } from "../support/fakeStatus.js";
import { WALLET } from "../support/transfers.js";

/** geth's oracle: of the cheapest three tips of each of the last twenty blocks the 60th percentile. */
describe("the tip that is suggested", () => {
  let chain: FakeChain;
  let nonce: number;
  beforeEach(() => {
    chain = new FakeChain();
    nonce = 0;
  });

  /** A block of transactions with such tips, in millions of wei. */
  async function mine(...tips: number[]): Promise<void> {
    for (const tip of tips) {
      const raw = await WALLET.signTransaction({
        ...{ type: 2, chainId: 73_311, nonce: nonce++, to: WALLET.address, gasLimit: 21_000 },
        ...{ maxFeePerGas: 1_000n * GWEI, maxPriorityFeePerGas: tip * 1_000_000 },
      });
      await chain.pool.add(fromHex(raw as Hex));
    }
    chain.mine();
  }
  const suggested = async (minTipWei = 0n) =>
    (await new TipOracle(chain.reader, Object.assign(new FakeStatus(), { minTipWei })).suggest()) /
    1_000_000n;

  it("looks at the cheapest three of a block", async () => {
    await mine(900, 50, 10, 800, 30);
    assert.equal(await suggested(), 30n);
  });

  it("looks at twenty blocks", async () => {
    await mine(900);
    await mine(100);
    await mine(5);
    assert.equal(await suggested(), 100n);
    for (let i = 0; i < 18; i++) chain.mine();
    assert.equal(await suggested(), 5n, "the first is too old");
  });

  it("is the least without transactions, never below the chain's own, never above geth's bound", async () => {
    assert.equal(await suggested(), 1n);
    assert.equal(await suggested(7_000_000n), 7n);
    await mine(600_000);
    assert.equal(await suggested(), 500_000n);
  });
});
