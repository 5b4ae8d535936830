import assert from "node:assert/strict";
import { decodeBlock } from "@causeway/protocol/block";
import { fromHex, type Hash, ZERO_HASH } from "@causeway/protocol/hex";
import { RLP } from "@ethereumjs/rlp";
import { concat, randomBytes, toBeHex } from "ethers";
import { decodeBlockParts } from "../../../src/codec/block.js";
import { type HeaderFields, headerItems } from "../../../src/codec/header.js";
import { HEADER_RULES, RESULT_RULES } from "../../../src/rules/causeway/headerRules.js";
import type { CausewayHeader } from "../../../src/types/header.js";
import { FUNDED } from "../../support/genesisInput.js";
import { addressOf, wallet } from "../../support/keys.js";
import { makeChain, type TestChain } from "../../support/makeChain.js";
import { signed } from "../../support/transactions.js";

const OTHER: Hash = `0x${"ab".repeat(32)}`;

interface Forgery {
  readonly header?: Partial<HeaderFields>;
  readonly transactions?: unknown[];
  readonly ommers?: unknown[];
  readonly withdrawals?: unknown[];
}

/** One proposal per rule that breaks this rule. */
const FORGERIES: Readonly<Record<string, (header: CausewayHeader) => Forgery>> = {
  "H1.parentHash": () => ({ header: { parentHash: OTHER } }),
  "H1.number": ({ number }) => ({ header: { number: number + 1 } }),
  "H1.size": () => ({ transactions: [Buffer.concat([Uint8Array.of(2), RLP.encode([randomBytes(65_536)])])] }),
  "H1.ommers": (header) => ({ ommers: [headerItems(header)] }),
  "H1.nonce": () => ({ header: { nonce: "0x0000000000000001" } }),
  "H1.difficulty": () => ({ header: { difficulty: 1n } }),
  "H1.coinbase": () => ({ header: { miner: addressOf(wallet(77)) } }),
  "H1.withdrawals": () => ({
    withdrawals: [[new Uint8Array(), new Uint8Array(), fromHex(addressOf(wallet(1))), Uint8Array.of(9)]],
  }),
  "H1.withdrawalsRoot": () => ({ header: { withdrawalsRoot: OTHER } }),
  "H1.blobTransaction": () => ({ transactions: [fromHex("0x03c0")] }),
  "H1.blobGasUsed": () => ({ header: { blobGasUsed: 131_072n } }),
  "H1.excessBlobGas": () => ({ header: { excessBlobGas: 1n } }),
  "H1.gasLimit": ({ gasLimit }) => ({ header: { gasLimit: gasLimit + 1n } }),
  "H1.baseFee": ({ baseFeePerGas }) => ({ header: { baseFeePerGas: baseFeePerGas + 1n } }),
  "H1.extraData": () => ({ header: { extraData: OTHER } }),
  "H1.mixHash": () => ({ header: { mixHash: OTHER } }),
  "H1.parentBeaconBlockRoot": () => ({ header: { parentBeaconBlockRoot: ZERO_HASH } }),
  "H1.timestamp": ({ timestamp }) => ({ header: { timestamp: timestamp - 1 } }),
  "H1.transactionsRoot": () => ({ header: { transactionsRoot: OTHER } }),
  "H1.gasUsed": () => ({ header: { gasUsed: 1n } }),
  "H1.logsBloom": () => ({ header: { logsBloom: `0x${"01".repeat(256)}` } }),
  "H1.receiptsRoot": () => ({ header: { receiptsRoot: OTHER } }),
  "H1.requestsHash": () => ({ header: { requestsHash: OTHER } }),
  "H1.stateRoot": () => ({ header: { stateRoot: OTHER } }),
};

describe("header rules (H1)", () => {
  let chain: TestChain;
  let honest: Uint8Array;
  before(async () => {
    chain = await makeChain({ causeway: { maxBlockBytes: 65_536 } });
    await chain.pool.add(
      await signed(FUNDED[0] ?? assert.fail(), { nonce: 0, to: wallet(50).address, value: 1n }),
    );
    honest = (await chain.build()).block.bytes;
  });
  after(() => chain.dispose());

  const execute = (bytes: Uint8Array) =>
    chain.execution.execute(decodeBlock(bytes), new AbortController().signal);

  function forge({ header, transactions, ommers, withdrawals }: Forgery): Uint8Array {
    const [, body] = RLP.decode(honest) as unknown as [unknown, Uint8Array[]];
    const fields = { ...decodeBlockParts(honest).header, ...header };
    return RLP.encode([
      headerItems(fields),
      transactions ?? body,
      ommers ?? [],
      withdrawals ?? [],
    ] as unknown as Uint8Array[]);
  }

  it("has a forgery here for every rule", () => {
    // H6 and V6 bind special chains only, and have tests of their own.
    const codes = [...HEADER_RULES, ...RESULT_RULES]
      .map(({ code }) => code)
      .filter((code) => code.startsWith("H1."));
    assert.deepEqual(Object.keys(FORGERIES).sort(), codes.sort());
  });

  for (const [code, forgery] of Object.entries(FORGERIES)) {
    it(`refuses a block by ${code}`, async () => {
      const before = chain.execution.executedBlocks;
      const bytes = forge(forgery(decodeBlockParts(honest).header));
      await assert.rejects(execute(bytes), (error: { code: string; message: string }) => {
        assert.equal(error.code, code);
        assert.match(error.message, /^block 1 |^block 2 /);
        return true;
      });
      const executed = RESULT_RULES.some((rule) => rule.code === code) ? 1 : 0;
      assert.equal(chain.execution.executedBlocks - before, executed, "refused before execution (N3)");
    });
  }

  it("measures a block by all its bytes: of maxBlockBytes it is not too large, of one more it is (H1)", async () => {
    const sized = (bytes: number) => {
      const of = (filling: number) =>
        forge({ transactions: [Buffer.concat([Uint8Array.of(2), RLP.encode([new Uint8Array(filling)])])] });
      // The prefixes of lists and transaction are as long for all these lengths.
      return of(60_000 + bytes - of(60_000).length);
    };
    for (const [bytes, code] of [
      [65_536, "H1.transactionsRoot"],
      [65_537, "H1.size"],
    ] as const) {
      assert.equal(sized(bytes).length, bytes);
      await assert.rejects(execute(sized(bytes)), (error: { code: string }) => {
        assert.equal(error.code, code);
        return true;
      });
    }
  });

  it("refuses a transaction that may not be there by H1.transactions", async () => {
    const { header } = decodeBlockParts(honest);
    const wrongNonce = await signed(FUNDED[1] ?? assert.fail(), { nonce: 3, to: wallet(50).address });
    const { listRoot } = await import("../../../src/codec/listRoot.js");
    const bytes = forge({
      header: { ...header, transactionsRoot: listRoot([wrongNonce]) },
      transactions: [wrongNonce],
    });
    await assert.rejects(execute(bytes), (error: { code: string; message: string }) => {
      assert.equal(error.code, "H1.transactions");
      assert.match(error.message, /nonce too high/);
      return true;
    });
  });

  it("refuses a second encoding of one block, a legacy transaction as bytes, by H1.encoding", async () => {
    const { listRoot } = await import("../../../src/codec/listRoot.js");
    const legacy = await signed(FUNDED[1] ?? assert.fail(), {
      nonce: 0,
      to: wallet(50).address,
      gasPrice: 3n * 10n ** 9n,
    });
    const header = { transactionsRoot: listRoot([legacy]) };
    const canonical = forge({ header, transactions: [RLP.decode(legacy)] });
    const other = forge({ header, transactions: [legacy] });
    assert.equal(decodeBlock(other).hash, decodeBlock(canonical).hash);
    await assert.rejects(execute(canonical), (error: { code: string }) =>
      RESULT_RULES.some(({ code }) => code === error.code),
    );
    await assert.rejects(execute(other), (error: { code: string }) => error.code === "H1.encoding");
  });

  it("refuses what is no block by H1.encoding", async () => {
    const block = {
      ...decodeBlock(honest),
      hash: OTHER,
      bytes: fromHex(concat([honest, toBeHex(0)]) as Hash),
    };
    await assert.rejects(
      chain.execution.execute(block, new AbortController().signal),
      (error: { code: string }) => error.code === "H1.encoding",
    );
  });

  it("takes the honest block", async () => {
    assert.equal((await execute(honest)).stateRoot, decodeBlock(honest).stateRoot);
  });
});

describe("free gas (H6)", () => {
  it("keeps the base fee at 0 and refuses a block over half its gas by H6.gasUsed", async () => {
    const chain = await makeChain({ causeway: { freeGas: true } });
    try {
      const [from] = FUNDED;
      assert.ok(from);
      await chain.pool.add(
        await signed(from, { nonce: 0, to: wallet(50).address, maxFeePerGas: 0n, maxPriorityFeePerGas: 0n }),
      );
      const { block } = await chain.build();
      assert.equal(block.transactionCount, 1);
      const { header, rawTransactions } = decodeBlockParts(block.bytes);
      assert.equal(header.baseFeePerGas, 0n);
      const codeOf = async (gasUsed: bigint) => {
        const bytes = RLP.encode([headerItems({ ...header, gasUsed }), [...rawTransactions], [], []]);
        return chain.execution.execute(decodeBlock(bytes), new AbortController().signal).then(
          () => "",
          ({ code }: { code: string }) => code,
        );
      };
      const half = header.gasLimit / 2n;
      // With half of it nothing is wrong but that it was not used.
      assert.deepEqual([await codeOf(half), await codeOf(half + 1n)], ["H1.gasUsed", "H6.gasUsed"]);
    } finally {
      await chain.dispose();
    }
  });
});
