import assert from "node:assert/strict";
import { cast } from "../support/foundry.js";
import { readRun } from "../support/readRun.js";
import { type ToolChain, toolChain } from "../support/toolChain.js";

/** Transactions replayed unless CAUSEWAY_REPLAY_ALL is set: each is a process of its own. */
const REPLAYED_MAX = 60;
const AT_ONCE = 2;

describe("Every transaction of the run, replayed by cast run", function () {
  this.timeout(600_000);
  let chain: ToolChain;

  before(async () => {
    chain = await toolChain();
  });

  it("has the same gas and outcome in another EVM, on state it reads itself", async () => {
    const receipts = (await readRun(chain)).flatMap((block) => block.receipts);
    assert.ok(receipts.length > 0);
    const step =
      process.env.CAUSEWAY_REPLAY_ALL === undefined ? Math.ceil(receipts.length / REPLAYED_MAX) : 1;
    // A failure and an odd type may not fall out of the sample.
    const seen = new Set<string>();
    const queue = receipts.filter(({ status, type }, i) => {
      const kind = `${type} ${status}`;
      const first = !seen.has(kind);
      seen.add(kind);
      return first || i % step === 0;
    });
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
