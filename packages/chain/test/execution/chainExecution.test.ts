import assert from "node:assert/strict";
import { decodeBlock } from "@causeway/protocol/block";
import type { Wallet } from "ethers";
import { cpuMs } from "../../src/execution/executionClocks.js";
import { FUNDED } from "../support/genesisInput.js";
import { wallet } from "../support/keys.js";
import { makeChain, type TestChain, unsealedCertificate } from "../support/makeChain.js";
import { CREATION_CODE, signed } from "../support/transactions.js";

const [alice, bob] = FUNDED as [Wallet, Wallet, ...Wallet[]];
const code = (expected: string) => (error: { code: string }) => error.code === expected;
const never = new AbortController().signal;

describe("chain execution", () => {
  let chain: TestChain;
  let follower: TestChain;
  beforeEach(async () => {
    // Time that other programs have the processor counts for no deadline.
    chain = await makeChain({}, { now: cpuMs });
    follower = await makeChain();
  });
  afterEach(async () => {
    await chain.dispose();
    await follower.dispose();
  });

  async function deployLoop(): Promise<string> {
    await chain.pool.add(await signed(alice, { nonce: 0, data: CREATION_CODE.loop, gasLimit: 200_000n }));
    const { block, outcome } = await chain.build();
    await follower.execution.execute(decodeBlock(block.bytes), never);
    for (const { execution } of [chain, follower]) {
      await execution.commit(block, unsealedCertificate(block, outcome));
    }
    return (await chain.reader.receipts(1))?.[0]?.contractAddress ?? assert.fail();
  }

  it("executes a block once however often it is proposed, even at the same time", async () => {
    const { block } = await chain.build();
    const received = decodeBlock(block.bytes);
    await Promise.all([1, 2, 3].map(() => follower.execution.execute(received, never)));
    await follower.execution.execute(received, never);
    assert.equal(follower.execution.executedBlocks, 1);
  });

  it("keeps several candidates of one height and commits one", async () => {
    const first = await chain.build();
    const second = await chain.build(chain.execution.head().timestamp + 7);
    await chain.execution.commit(second.block, unsealedCertificate(second.block, second.outcome));
    assert.equal(chain.execution.head().hash, second.block.hash);
    await assert.rejects(
      chain.execution.commit(first.block, unsealedCertificate(first.block, first.outcome)),
      code("F2"),
    );
  });

  it("takes the head again without a word, also with another certificate (F1)", async () => {
    const { block, outcome } = await chain.build();
    const head = await chain.execution.commit(block, unsealedCertificate(block, outcome));
    assert.equal(await chain.execution.commit(block, unsealedCertificate(block, outcome, 3)), head);
    assert.equal((await chain.reader.certificate(1))?.checkpoint.round, 0, "the first is kept");
  });

  it("refuses what it has not executed, and another block's certificate", async () => {
    const { block, outcome } = await chain.build();
    await assert.rejects(
      follower.execution.commit(block, unsealedCertificate(block, outcome)),
      code("NotExecuted"),
    );
    const other = await chain.build(chain.execution.head().timestamp + 9);
    await assert.rejects(
      chain.execution.commit(block, unsealedCertificate(other.block, other.outcome)),
      code("CertificateMismatch"),
    );
    await assert.rejects(
      chain.execution.build(
        { height: 5, parentHash: block.hash, coinbase: block.coinbase, timestamp: 1, deadlineMs: 10 },
        never,
      ),
      code("StaleBuild"),
    );
  });

  it("ends an execution whose round was left, and executes the block when asked again", async () => {
    const to = await deployLoop();
    await chain.pool.add(await signed(alice, { nonce: 1, to, gasLimit: 5_000_000n }));
    const { block, outcome } = await chain.build();
    const received = decodeBlock(block.bytes);
    const abort = new AbortController();
    const left = follower.execution.execute(received, abort.signal);
    const other = follower.execution.execute(received, never);
    setTimeout(() => abort.abort(), 5);
    await assert.rejects(left, code("Aborted"));
    assert.deepEqual(await other, outcome);
  });

  it("builds a valid block of what was run before the time was up (H4)", async () => {
    const to = await deployLoop();
    await chain.pool.add(await signed(alice, { nonce: 1, to, gasLimit: 5_000_000n }));
    await chain.pool.add(
      await signed(bob, {
        nonce: 0,
        to: wallet(50).address,
        value: 1n,
        maxPriorityFeePerGas: 2_000_000_000n,
      }),
    );
    const head = chain.execution.head();
    const { block, outcome } = await chain.execution.build(
      {
        height: 2,
        parentHash: head.hash,
        coinbase: head.nextValidators[0] ?? assert.fail(),
        timestamp: head.timestamp + 1,
        deadlineMs: 60,
      },
      never,
    );
    assert.equal(block.transactionCount, 1);
    assert.equal(chain.pool.stats().pending, 2, "it did not have the whole time, so it stays");
    assert.deepEqual(await follower.execution.execute(decodeBlock(block.bytes), never), outcome);
  });

  it("lets other work run while it executes", async () => {
    const to = await deployLoop();
    await chain.pool.add(await signed(alice, { nonce: 1, to, gasLimit: 5_000_000n }));
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    await chain.build();
    clearInterval(timer);
    assert.ok(turns > 2, `the event loop turned ${turns} times`);
  });
});
