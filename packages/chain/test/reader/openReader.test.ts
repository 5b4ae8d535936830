import assert from "node:assert/strict";
import type { Wallet } from "ethers";
import { type OpenedReader, openReader } from "../../src/reader/openReader.js";
import { FUNDED } from "../support/genesisInput.js";
import { addressOf } from "../support/keys.js";
import { makeChain, SILENT, type TestChain } from "../support/makeChain.js";
import { CREATION_CODE, signed, word } from "../support/transactions.js";

const [alice] = FUNDED as [Wallet, ...Wallet[]];
const ALICE = addressOf(alice);
const BLOCKS = 40;

describe("a reader of a chain that another thread has open", () => {
  let chain: TestChain;
  let opened: OpenedReader;

  beforeEach(async () => {
    chain = await makeChain({ causeway: { epochLength: 2 } });
    await chain.mine();
    opened = await openReader({ genesis: chain.genesis, dataDir: chain.dataDir, log: SILENT });
  });
  afterEach(async () => {
    await opened.close();
    await chain.dispose();
  });

  it("shows nothing of a durable block before it is told (W4), then all that the writer shows", async () => {
    await chain.pool.add(await signed(alice, { nonce: 0, data: CREATION_CODE.log, gasLimit: 200_000n }));
    await chain.mine();
    const { reader } = chain;
    const { hash, number } = (await reader.header(2)) ?? assert.fail();
    const [receipt] = (await reader.receipts(2)) ?? [];
    const transactionHash = receipt?.transactionHash ?? "0x";

    assert.equal(opened.reader.headNumber(), 1);
    for (const id of [number, hash]) {
      assert.equal(await opened.reader.header(id), null);
      assert.equal(await opened.reader.block(id), null);
      assert.equal(await opened.reader.rawBlock(id), null);
      assert.equal(await opened.reader.receipts(id), null);
    }
    assert.equal(await opened.reader.transaction(transactionHash), null);
    assert.equal(await opened.reader.receipt(transactionHash), null);
    assert.equal(await opened.reader.certificate(number), null);
    assert.equal(await opened.reader.validators(number + 1), null);
    await assert.rejects(opened.reader.account(ALICE, number), /block 2 is beyond the head 1/);

    await opened.advance(2);
    assert.equal(opened.reader.headNumber(), 2);
    assert.equal(opened.reader.nextBaseFee(), reader.nextBaseFee());
    assert.deepEqual(await opened.reader.block(hash), await reader.block(hash));
    assert.deepEqual(await opened.reader.receipts(2), await reader.receipts(2));
    assert.deepEqual(
      await opened.reader.transaction(transactionHash),
      await reader.transaction(transactionHash),
    );
    assert.deepEqual(await opened.reader.certificate(2), await reader.certificate(2));
    assert.deepEqual(await opened.reader.validators(3), await reader.validators(3));
    assert.deepEqual(await opened.reader.proof(ALICE, [], 2), await reader.proof(ALICE, [], 2));
    const call = { to: receipt?.contractAddress ?? null, data: `0x${word(7)}` as const };
    const limits = { gasMax: 1_000_000n };
    assert.deepEqual(await opened.reader.call(call, 2, limits), await reader.call(call, 2, limits));
  });

  it("tells of each block once and in order, however many come at a time and while it is telling", async () => {
    const heads: number[] = [];
    opened.reader.onHead(({ block }) => {
      heads.push(block.header.number);
      assert(opened.reader.headNumber() >= block.header.number);
    });
    const told: Promise<void>[] = [];
    for (let number = 2; number <= BLOCKS; number++) {
      await chain.mine();
      // Every fourth is told of, one of them twice, one after a newer one.
      if (number % 4 === 0) told.push(opened.advance(number));
      if (number === 20) told.push(opened.advance(20), opened.advance(16));
    }
    await Promise.all(told);
    assert.deepEqual(
      heads,
      Array.from({ length: BLOCKS - 1 }, (_, i) => i + 2),
    );
  });

  it("tells whoever begins to listen later of nothing from before", async () => {
    await chain.mine();
    await opened.advance(2);
    const heads: number[] = [];
    const stop = opened.reader.onHead(({ block }) => heads.push(block.header.number));
    await chain.mine();
    await opened.advance(3);
    stop();
    await chain.mine();
    await opened.advance(4);
    assert.deepEqual(heads, [3]);
    assert.equal(opened.reader.headNumber(), 4);
  });

  it("does not make a database where there is none", async () => {
    await assert.rejects(
      openReader({ genesis: chain.genesis, dataDir: `${chain.dataDir}/none`, log: SILENT }),
      /cannot be opened/,
    );
  });
});
