import assert from "node:assert/strict";
import { forkConfig, makeEthereumChain } from "../support/makeEthereumChain.js";

describe("EthereumExecution", () => {
  it("tells every listener of an imported block, also when another one fails", async () => {
    const chain = await makeEthereumChain(forkConfig("shanghai"));
    const heights: number[] = [];
    chain.reader.onHead(() => {
      throw new Error("no");
    });
    chain.reader.onHead(({ block }) => heights.push(block.header.number));
    await chain.mine();
    await chain.mine();
    assert.deepEqual(heights, [1, 2]);
    await chain.close();
  });
});
