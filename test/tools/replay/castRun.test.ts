import assert from "node:assert/strict";
import { cast } from "../support/foundry.js";
import { readRun } from "../support/readRun.js";
import { type ToolChain, toolChain } from "../support/toolChain.js";

/** Each is a process of its own. */
const AT_ONCE = 2;

describe("Every transaction of the run, replayed by cast run", function () {
  this.timeout(900_000);
  let chain: ToolChain;

  before(async () => {
    chain = await toolChain();
  });

  it("has the same gas and outcome in another EVM, on state it reads itself", async () => {
    const queue = (await readRun(chain)).flatMap(({ receipts }) => receipts);
    assert.ok(queue.length > 0);
    const replay = async () => {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
        const { transactionHash, gasUsed, status } = next;
        const output = await cast("run", "--rpc-url", chain.url, "--evm-version", "osaka", transactionHash);
        const gas = /Gas used: (\d+)/.exec(output)?.[1];
        const outcome = output.includes("Transaction successfully executed.") ? "0x1" : "0x0";
        assert.deepEqual(
          [BigInt(gas ?? 0), outcome],
          [BigInt(gasUsed), status],
          `${transactionHash}\n${output}`,
        );
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, replay));
  });
});
