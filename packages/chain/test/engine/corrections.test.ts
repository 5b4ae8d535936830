import assert from "node:assert/strict";
import type { BlockResult } from "../../src/engine/engine.js";
import { EngineLoad, type LoadBlock } from "../support/engineLoad.js";
import { CORRECTIONS, type Correction, EngineVariant } from "../support/engineVariant.js";

/** What every node must agree on. */
function agreed({ stateRoot, receiptsRoot, logsBloom, gasUsed, requestsHash, results }: BlockResult) {
  const receipts = results.map(({ transaction, ...receipt }) => ({ hash: transaction.hash, ...receipt }));
  return { stateRoot, receiptsRoot, logsBloom, gasUsed, requestsHash, receipts };
}

describe("corrections of the library", () => {
  let load: EngineLoad;
  const blocks: LoadBlock[] = [];
  let stock: ReturnType<typeof agreed>[];

  async function replay(corrections: readonly Correction[]) {
    const variant = new EngineVariant(load.context, load.genesis.stateRoot, corrections);
    const results: ReturnType<typeof agreed>[] = [];
    for (const { context, transactions } of blocks)
      results.push(agreed(await variant.run(context, transactions)));
    return results;
  }

  before(async () => {
    load = await EngineLoad.create();
    blocks.push(await load.deployments());
    for (let i = 0; i < 6; i++) {
      blocks.push(await load.tokenTransfers(20), await load.loops(1), await load.mixture(), load.empty());
    }
    stock = await replay([]);
  });

  it("replays what it should: token transfers, loops, creations, delegations, failures", () => {
    const statuses = stock.flatMap(({ receipts }) => receipts.map(({ status }) => status));
    assert.equal(statuses.filter((status) => status === 0).length, 6, "one loop a mixture runs out of gas");
    assert.equal(stock.flatMap(({ receipts }) => receipts.flatMap(({ logs }) => logs)).length, 121);
    assert.ok(stock.every(({ gasUsed }, i) => gasUsed > 0n || blocks[i]?.transactions.length === 0));
  });

  for (const correction of CORRECTIONS) {
    it(`${correction}: same roots, receipts and gas as without`, async () => {
      assert.deepEqual(await replay([correction]), stock);
    });
  }

  it("all of them: same roots, receipts and gas as without any", async () => {
    assert.deepEqual(await replay(CORRECTIONS), stock);
  });
});
