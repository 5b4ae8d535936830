import assert from "node:assert/strict";
import { type Genesis, parseGenesis } from "@causeway/protocol/genesis";
import { proposer } from "@causeway/protocol/validatorSet";
import { decodeBlockParts } from "../../src/codec/block.js";
import { sliceBlock } from "../../src/codec/blockSlices.js";
import { buildGenesis } from "../../src/genesis/buildGenesis.js";
import { type Chain, openChain } from "../../src/openChain.js";
import { blockPuts } from "../../src/store/blockPuts.js";
import type { Put } from "../../src/store/database.js";
import { FinalizedBlockchain } from "../../src/store/finalizedBlockchain.js";
import { genesisInput } from "../support/genesisInput.js";
import { SILENT, unsealedCertificate } from "../support/makeChain.js";
import { MemoryDatabase } from "../support/memoryDatabase.js";

describe("finalized blockchain", () => {
  let genesis: Genesis;
  let database: MemoryDatabase;
  let chain: Chain;

  beforeEach(async () => {
    genesis = parseGenesis(await buildGenesis(genesisInput()));
    database = new MemoryDatabase();
    chain = await openChain({ genesis, dataDir: "unused", log: SILENT, database, journal: null });
  });

  async function build() {
    const head = chain.execution.head();
    const { block, outcome } = await chain.execution.build(
      {
        height: head.height + 1,
        parentHash: head.hash,
        coinbase: proposer(head.nextValidators, head.coinbase, 0),
        timestamp: head.timestamp + genesis.config.causeway.blockPeriodSeconds,
        deadlineMs: 60_000,
      },
      new AbortController().signal,
    );
    return { block, outcome };
  }

  async function open(): Promise<FinalizedBlockchain> {
    const first = await chain.reader.header(0);
    assert.ok(first !== null);
    return FinalizedBlockchain.open(database, first, genesis.config);
  }

  const sorted = (puts: readonly Put[]) =>
    puts
      .map(({ key, value }) => `${Buffer.from(key).toString("hex")}=${Buffer.from(value).toString("hex")}`)
      .sort();

  it("keeps of a block what geth keeps, byte for byte as a chain written without it", async () => {
    const { block } = await build();
    const { header } = decodeBlockParts(block.bytes);
    const slices = sliceBlock(block.bytes);
    const puts = await (await open()).puts(header, slices);
    assert.deepEqual(sorted(puts), sorted(blockPuts(header, slices, 0n)));
  });

  it("W4: writes nothing itself", async () => {
    const before = new Map(database.stored);
    const { block } = await build();
    await (await open()).puts(decodeBlockParts(block.bytes).header, sliceBlock(block.bytes));
    assert.deepEqual(database.stored, before);
  });

  it("goes on from the head that the chain's one pointer names", async () => {
    const { block, outcome } = await build();
    await chain.execution.commit(block, unsealedCertificate(block, outcome));
    const next = await build();
    const { header } = decodeBlockParts(next.block.bytes);
    const puts = await (await open()).puts(header, sliceBlock(next.block.bytes));
    assert.equal(puts.length, 5);
  });

  it("F2: lets in only the block being finalized, and stages nothing of another", async () => {
    const { block } = await build();
    const blockchain = await open();
    const { header } = decodeBlockParts(block.bytes);
    const orphan = { ...header, hash: `0x${"11".repeat(32)}` as const };
    await assert.rejects(
      blockchain.puts(orphan, sliceBlock(block.bytes)),
      /not the one being finalized \(F2\)/,
    );
    assert.deepEqual(
      sorted(await blockchain.puts(header, sliceBlock(block.bytes))),
      sorted(blockPuts(header, sliceBlock(block.bytes), 0n)),
    );
  });
});
