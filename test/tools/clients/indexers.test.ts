import assert from "node:assert/strict";
import { Interface, toQuantity } from "ethers";
import { type Call, rpc, rpcAnswer, rpcBatch } from "../../support/rpc.js";
import { type ProbeStory, probeStory } from "../support/probeStory.js";
import { type ToolChain, toolChain } from "../support/toolChain.js";

interface Log {
  readonly transactionHash: string;
  readonly blockHash: string;
  readonly topics: readonly string[];
}

describe("Indexers", () => {
  let chain: ToolChain;
  let story: ProbeStory;

  const ask = <T>(method: string, ...params: readonly unknown[]) => rpc<T>(chain.url, method, ...params);

  before(async () => {
    chain = await toolChain();
    story = await probeStory();
  });

  describe("The Graph", () => {
    it("names the chain by network and genesis", async () => {
      assert.equal(await ask("net_version"), String(chain.chainId));
      const genesis = await ask<{ hash: string; number: string }>("eth_getBlockByNumber", "0x0", false);
      assert.equal(genesis.number, "0x0");
      const { number, hash } = await ask<{ number: string; hash: string }>(
        "eth_getBlockByNumber",
        "latest",
        false,
      );
      assert.deepEqual(
        await ask("eth_getBlockByHash", hash, false),
        await ask("eth_getBlockByNumber", number, false),
      );
    });

    it("finds the same logs by range and by block hash", async () => {
      const { blockHash, blockNumber, hash } = story.stored;
      const filter = {
        address: [story.probe.target],
        topics: [[story.probe.getEvent("Stored").fragment.topicHash]],
      };
      const range = { fromBlock: toQuantity(blockNumber - 1), toBlock: toQuantity(blockNumber) };
      const byRange = await ask<Log[]>("eth_getLogs", { ...filter, ...range });
      assert.deepEqual(
        byRange.map(({ transactionHash }) => transactionHash),
        [hash],
      );
      assert.deepEqual(await ask<Log[]>("eth_getLogs", { ...filter, blockHash }), byRange);
      const receipts = await ask<{ logs: Log[] }[]>("eth_getBlockReceipts", blockHash);
      assert.deepEqual(
        receipts.flatMap(({ logs }) => logs).filter(({ transactionHash }) => transactionHash === hash),
        byRange,
      );
      const both = await rpcAnswer(chain.url, {
        jsonrpc: "2.0",
        id: 1,
        method: "eth_getLogs",
        params: [{ ...range, blockHash }],
      });
      assert.equal(both.error?.code, -32602);
    });

    it("calls at a block it names by hash (EIP-1898)", async () => {
      const at = async (blockNumber: number) => {
        const { hash } = await ask<{ hash: string }>("eth_getBlockByNumber", toQuantity(blockNumber), false);
        return { blockHash: hash, requireCanonical: true };
      };
      const data = story.token.interface.encodeFunctionData("balanceOf", [story.probe.target]);
      const call = async (blockNumber: number) =>
        ask<string>("eth_call", { to: story.token.target, data }, await at(blockNumber));
      assert.equal(BigInt(await call(story.transferred.blockNumber)), 10n);
      assert.equal(await call(story.deployment.blockNumber - 1), "0x");
      const [early, late] = [story.deployment.blockNumber - 1, story.stored.blockNumber];
      assert.equal(await ask("eth_getCode", story.probe.target, await at(early)), "0x");
      assert.equal(await ask("eth_getBalance", story.probe.target, await at(late)), "0x3");
    });

    it("finds calls by trace_filter", async () => {
      const { blockNumber, hash } = story.nested;
      const traces = await ask<{ transactionHash: string; type: string }[]>("trace_filter", {
        ...{
          fromBlock: toQuantity(blockNumber),
          toBlock: toQuantity(blockNumber),
          toAddress: [story.probe.target],
        },
      });
      assert.equal(traces.filter(({ transactionHash }) => transactionHash === hash).length, 3);
    });
  });

  it("Safe's transaction service: its batches, and traces for Safes without events", async () => {
    const { hash, blockNumber } = story.transferred;
    const tag = toQuantity(blockNumber);
    const transfer = new Interface([
      "event Transfer(address indexed from, address indexed to, uint256 value)",
    ]);
    const [transaction, block, receipt, logs, , estimate, id, code] = (await rpcBatch(chain.url, [
      ["eth_getTransactionByHash", hash],
      ["eth_getBlockByNumber", tag, false],
      ["eth_getTransactionReceipt", hash],
      ["eth_getLogs", { fromBlock: tag, toBlock: tag, topics: [transfer.getEvent("Transfer")?.topicHash] }],
      [
        "eth_call",
        { to: story.token.target, data: story.token.interface.encodeFunctionData("symbol") },
        "latest",
      ],
      [
        "eth_estimateGas",
        {
          from: story.sender,
          to: story.probe.target,
          data: story.probe.interface.encodeFunctionData("nest"),
        },
      ],
      ["eth_chainId"],
      ["eth_getCode", story.token.target, "latest"],
    ] satisfies Call[])) as [
      { hash: string },
      { hash: string },
      { blockHash: string },
      Log[],
      string,
      string,
      string,
      string,
    ];
    assert.equal(transaction.hash, hash);
    assert.equal(block.hash, receipt.blockHash);
    assert.ok(logs.some(({ transactionHash }) => transactionHash === hash));
    assert.ok(BigInt(estimate) >= story.nested.gasUsed && code.length > 2);
    assert.equal(id, toQuantity(chain.chainId));
    const traces = await ask<{ traceAddress: number[] }[]>("trace_transaction", story.nested.hash);
    assert.deepEqual(
      traces.map(({ traceAddress }) => traceAddress),
      [[], [0], [1], [1, 0], [1, 1]],
    );
  });
});
