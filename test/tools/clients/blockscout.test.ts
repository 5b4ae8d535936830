import assert from "node:assert/strict";
import { Interface, toQuantity } from "ethers";
import { type Call, rpc, rpcBatch } from "../../support/rpc.js";
import { type ProbeStory, probeStory } from "../support/probeStory.js";
import { Sender } from "../support/sender.js";
import { NOBODY } from "../support/toolAccounts.js";
import { type ToolChain, toolChain } from "../support/toolChain.js";

/** Where it looks for the implementation behind a proxy: EIP-1967 logic and beacon, EIP-1822, OpenZeppelin's first. */
const PROXY_SLOTS = [
  "0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc",
  "0xa3f0ad74e5423aebfd80d3ef4346578335a9a72aeaee59ff6cb3582b35133d50",
  "0xc5f16f0fcc639fa48a6947836d9850f504798523bf8c9a3a87d5876cf622bcf7",
  "0x7050c9e0f4ca769c69bd3a8ef740bc37934f8e2c036e5a723fd8ee048ed3f8c3",
];
const CALL_TRACER = { tracer: "callTracer", timeout: "60s" };

interface Frame {
  readonly type: string;
  readonly gasUsed: string;
  readonly error?: string;
  readonly revertReason?: string;
  readonly calls?: readonly Frame[];
}

describe("Blockscout", () => {
  let chain: ToolChain;
  let story: ProbeStory;

  const ask = <T>(method: string, ...params: readonly unknown[]) => rpc<T>(chain.url, method, ...params);

  before(async () => {
    chain = await toolChain();
    story = await probeStory();
  });

  it("fetches blocks, receipts and logs in batches", async () => {
    const head = Number(await ask<string>("eth_blockNumber"));
    const numbers = Array.from({ length: Math.min(10, head + 1) }, (_, i) => toQuantity(head - i));
    const blocks = await rpcBatch(
      chain.url,
      numbers.map((number): Call => ["eth_getBlockByNumber", number, true]),
    );
    assert.deepEqual(
      blocks.map((block) => (block as { number: string }).number),
      numbers,
    );
    const hashes = [story.stored, story.nested, story.failed].map(({ hash }) => hash);
    const receipts = await rpcBatch(
      chain.url,
      hashes.map((hash): Call => ["eth_getTransactionReceipt", hash]),
    );
    assert.deepEqual(
      receipts.map((receipt) => (receipt as { status: string }).status),
      ["0x1", "0x1", "0x0"],
    );
    const { blockHash, blockNumber } = story.stored;
    const all = await ask<unknown[]>("eth_getBlockReceipts", toQuantity(blockNumber));
    assert.deepEqual(
      all.find((receipt) => (receipt as { transactionHash: string }).transactionHash === story.stored.hash),
      receipts[0],
    );
    assert.equal(await ask("eth_getUncleByBlockHashAndIndex", blockHash, "0x0"), null);
    const index = toQuantity(story.stored.index);
    const transaction = await ask<{ hash: string }>(
      "eth_getTransactionByBlockHashAndIndex",
      blockHash,
      index,
    );
    assert.equal(transaction.hash, story.stored.hash);
  });

  it("fetches internal transactions: callTracer by block and by transaction agree, and with the receipts", async () => {
    const tag = toQuantity(story.nested.blockNumber);
    const traced = await ask<{ txHash: string; result: Frame }[]>(
      "debug_traceBlockByNumber",
      tag,
      CALL_TRACER,
    );
    const receipts = await ask<{ transactionHash: string; gasUsed: string }[]>("eth_getBlockReceipts", tag);
    assert.deepEqual(
      traced.map(({ txHash, result }) => [txHash, result.gasUsed]),
      receipts.map(({ transactionHash, gasUsed }) => [transactionHash, gasUsed]),
    );
    const [nested, failed] = (await rpcBatch(chain.url, [
      ["debug_traceTransaction", story.nested.hash, CALL_TRACER],
      ["debug_traceTransaction", story.failed.hash, CALL_TRACER],
    ])) as [Frame, Frame];
    assert.deepEqual(nested, traced.find(({ txHash }) => txHash === story.nested.hash)?.result);
    assert.deepEqual(
      nested.calls?.map(({ type }) => type),
      ["CREATE", "CALL"],
    );
    assert.deepEqual(
      nested.calls?.[1]?.calls?.map(({ type, revertReason }) => [type, revertReason]),
      [
        ["STATICCALL", "not today"],
        ["STATICCALL", undefined],
      ],
    );
    assert.deepEqual([failed.error, failed.revertReason], ["execution reverted", "not today"]);
  });

  it("fetches them as from Erigon or Nethermind: trace_block and trace_replayBlockTransactions", async () => {
    const tag = toQuantity(story.nested.blockNumber);
    const block = await ask<{ transactionHash?: string; type: string; traceAddress: number[] }[]>(
      "trace_block",
      tag,
    );
    const replayed = await ask<
      { transactionHash: string; trace: { type: string; traceAddress: number[] }[] }[]
    >("trace_replayBlockTransactions", ...[tag, ["trace"]]);
    for (const { transactionHash, trace } of replayed) {
      assert.deepEqual(
        block
          .filter((entry) => entry.transactionHash === transactionHash)
          .map(({ type, traceAddress }) => [type, traceAddress]),
        trace.map(({ type, traceAddress }) => [type, traceAddress]),
      );
    }
  });

  it("reads balances and code at a block, token metadata, and where a proxy leads", async () => {
    const probe = story.probe.target as string;
    const [before, at] = [story.stored.blockNumber - 2, story.stored.blockNumber].map(toQuantity);
    const abi = new Interface([
      "function name() view returns (string)",
      "function symbol() view returns (string)",
      "function decimals() view returns (uint8)",
      "function totalSupply() view returns (uint256)",
    ]);
    const names = ["name", "symbol", "decimals", "totalSupply"];
    const answers = (await rpcBatch(chain.url, [
      ...[before, at].flatMap((tag): Call[] => [
        ["eth_getBalance", probe, tag],
        ["eth_getCode", probe, tag],
      ]),
      ...names.map(
        (name): Call => [
          "eth_call",
          { to: story.token.target, data: abi.encodeFunctionData(name) },
          "latest",
        ],
      ),
      ...PROXY_SLOTS.map((slot): Call => ["eth_getStorageAt", probe, slot, "latest"]),
    ])) as string[];
    assert.deepEqual([answers[0], answers[1], answers[2]], ["0x0", "0x", "0x3"]);
    assert.ok((answers[3]?.length ?? 0) > 2);
    assert.deepEqual(
      names.map((name, i) => abi.decodeFunctionResult(name, answers[4 + i] as string)[0]),
      ["Votes", "VOTE", 18n, 1_000n],
    );
    for (const slot of answers.slice(8)) assert.equal(BigInt(slot), 0n);
  });

  it("follows what is pending by txpool_content", async () => {
    const sender = await Sender.open(chain, "indexers");
    const { maxFeePerGas, maxPriorityFeePerGas } = { maxFeePerGas: 10n ** 9n, maxPriorityFeePerGas: 0n };
    // Nonce 1 waits for nonce 0.
    const raw = await sender.wallet.signTransaction({
      ...{
        type: 2,
        chainId: chain.chainId,
        nonce: sender.nonce + 1,
        gasLimit: 21_000,
        to: NOBODY,
        value: 1n,
      },
      ...{ maxFeePerGas, maxPriorityFeePerGas },
    });
    const hash = await ask<string>("eth_sendRawTransaction", raw);
    const { queued } = await ask<{ queued: Record<string, Record<string, { hash: string }>> }>(
      "txpool_content",
    );
    const key = Object.keys(queued).find((address) => address.toLowerCase() === sender.address.toLowerCase());
    assert.equal(queued[key ?? ""]?.[String(sender.nonce + 1)]?.hash, hash);
    await sender.send("the one it waits for", { to: NOBODY });
    await sender.settle();
    assert.equal((await chain.provider.waitForTransaction(hash))?.status, 1);
  });
});
