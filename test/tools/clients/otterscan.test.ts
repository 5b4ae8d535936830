import assert from "node:assert/strict";
import { Interface } from "ethers";
import { rpc } from "../../support/rpc.js";
import { type ProbeStory, probeStory } from "../support/probeStory.js";
import { type ToolChain, toolChain } from "../support/toolChain.js";

const API_LEVEL_MIN = 8;
const PAGE = 25;

interface Page {
  readonly txs: readonly { readonly hash: string }[];
  readonly receipts: readonly { readonly transactionHash: string; readonly timestamp: number | string }[];
  readonly firstPage: boolean;
  readonly lastPage: boolean;
}

describe("Otterscan", () => {
  let chain: ToolChain;
  let story: ProbeStory;

  const ask = <T>(method: string, ...params: readonly unknown[]) => rpc<T>(chain.url, method, ...params);

  before(async () => {
    chain = await toolChain();
    story = await probeStory();
  });

  it("finds what it probes for at start", async () => {
    const header = await ask<{ number: string; hash: string }>("erigon_getHeaderByNumber", "0x1");
    assert.equal(header.number, "0x1");
    assert.equal(header.hash, (await ask<{ hash: string }>("eth_getBlockByNumber", "0x1", false)).hash);
    assert.ok((await ask<number>("ots_getApiLevel")) >= API_LEVEL_MIN);
    assert.ok(await ask("eth_getBlockByNumber", "finalized", false));
  });

  it("shows a block and its transactions", async () => {
    const { blockNumber, blockHash, hash } = story.stored;
    const [byNumber, byHash] = [
      await ask<{
        block: { transactionCount: number | string; hash: string };
        totalFees: string;
        issuance: object;
      }>("ots_getBlockDetails", blockNumber),
      await ask("ots_getBlockDetailsByHash", blockHash),
    ];
    assert.deepEqual(byHash, byNumber);
    assert.equal(byNumber.block.hash, blockHash);
    assert.ok(Number(byNumber.block.transactionCount) >= 1 && BigInt(byNumber.totalFees) > 0n);
    const { fullblock, receipts } = await ask<{
      fullblock: { transactions: { hash: string }[] };
      receipts: { transactionHash: string }[];
    }>("ots_getBlockTransactions", ...[blockNumber, 0, PAGE]);
    assert.ok(fullblock.transactions.some((transaction) => transaction.hash === hash));
    assert.deepEqual(
      receipts.map((receipt) => receipt.transactionHash),
      fullblock.transactions.map((transaction) => transaction.hash),
    );
  });

  it("shows an address: all it took part in, newest first, page by page", async () => {
    const ours = [story.failed, story.nested, story.stored, story.deployment].map(({ hash }) => hash);
    const address = story.probe.target;
    const before = await ask<Page>("ots_searchTransactionsBefore", address, 0, PAGE);
    assert.ok(before.firstPage && before.lastPage);
    const found = before.txs.map(({ hash }) => hash).filter((hash) => ours.includes(hash));
    assert.deepEqual(found, ours);
    assert.deepEqual(
      before.receipts.map(({ transactionHash }) => transactionHash),
      before.txs.map(({ hash }) => hash),
    );
    const after = await ask<Page>(
      "ots_searchTransactionsAfter",
      address,
      story.deployment.blockNumber - 1,
      PAGE,
    );
    assert.deepEqual(
      after.txs.map(({ hash }) => hash),
      before.txs.map(({ hash }) => hash),
    );
    const { creator, hash } = await ask<{ creator: string; hash: string }>("ots_getContractCreator", address);
    assert.deepEqual([creator, hash], [story.sender.toLowerCase(), story.deployment.hash]);
    assert.equal(await ask("ots_hasCode", address, "latest"), true);
    assert.equal(await ask("ots_hasCode", story.sender, "latest"), false);
    assert.equal(await ask("ots_getTransactionBySenderAndNonce", story.sender, 0), story.deployment.hash);
  });

  it("shows a transaction: trace, internal operations, its error, state changes", async () => {
    const { hash } = story.nested;
    const trace = await ask<{ type: string; depth: number; from: string; to: string }[]>(
      "ots_traceTransaction",
      hash,
    );
    assert.deepEqual(
      trace.map(({ type, depth }) => [type, depth]),
      [
        ["CALL", 0],
        ["CREATE", 1],
        ["CALL", 1],
        ["STATICCALL", 2],
        ["STATICCALL", 2],
      ],
    );
    const operations = await ask<{ type: number; from: string }[]>("ots_getInternalOperations", hash);
    assert.deepEqual(
      operations.map(({ type, from }) => [type, from]),
      [[2, (story.probe.target as string).toLowerCase()]],
    );
    const error = await ask<string>("ots_getTransactionError", story.failed.hash);
    assert.equal(new Interface(["error Error(string)"]).parseError(error)?.args[0], "not today");
    assert.equal(await ask("ots_getTransactionError", hash), "0x");
    const { stateDiff } = await ask<{ stateDiff: Record<string, { balance: unknown }> }>(
      "trace_replayTransaction",
      story.stored.hash,
      ["stateDiff"],
    );
    assert.deepEqual(stateDiff[(story.probe.target as string).toLowerCase()]?.balance, {
      "*": { from: "0x0", to: "0x3" },
    });
  });
});
