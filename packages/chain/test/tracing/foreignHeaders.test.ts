import assert from "node:assert/strict";
import { isChainError } from "../../src/chainError.js";
import { decodeFullBlock } from "../../src/codec/block.js";
import { headerHash } from "../../src/codec/header.js";
import type { Fork } from "../../src/rules/fork.js";
import type { FullBlock } from "../../src/types/block.js";
import type { Header } from "../../src/types/header.js";
import { FUNDED } from "../support/genesisInput.js";
import { forkConfig, makeEthereumChain, type TestEthereumChain } from "../support/makeEthereumChain.js";
import { PRAGUE_CONTRACTS } from "../support/pragueContracts.js";
import { signed } from "../support/transactions.js";

/** The base fee of blobs is computed for a fifth of a second; with a few zeros more, for hours. */
const LONG = 10n ** 11n;

const FORGERIES: readonly (readonly [Fork, string, Partial<Header>])[] = [
  ["cancun", "excessBlobGas", { excessBlobGas: LONG }],
  ["osaka", "excessBlobGas", { excessBlobGas: 131_072n }],
  ["cancun", "difficulty", { difficulty: 1n }],
  ["london", "difficulty", { difficulty: 0n }],
  ["osaka", "fields", { baseFeePerGas: null, withdrawalsRoot: null, blobGasUsed: null, excessBlobGas: null }],
  ["berlin", "fields", { baseFeePerGas: 1n }],
];

describe("a block to be traced that is not in the chain", () => {
  let chain: TestEthereumChain;
  afterEach(() => chain.close());

  const trace = (block: FullBlock) => chain.reader.traces.block(block, () => null, { gasMax: 0n });

  for (const [fork, field, forgery] of FORGERIES) {
    it(`is refused before it runs where its ${field} is not ${fork}'s`, async () => {
      const block = await open(fork);
      await trace(block);
      const fields = { ...block.header, ...forgery };
      const forged = { ...block, header: { ...fields, hash: headerHash(fields) } };
      await assert.rejects(trace(forged), (error: unknown) => {
        assert.ok(isChainError(error), String(error));
        assert.equal(error.code, `eth.${field}`, error.message);
        return true;
      });
    });
  }

  it("runs where it is another that could be in it", async () => {
    const block = await open("osaka");
    await chain.import(await chain.block());
    await trace(block);
  });

  async function open(fork: Fork): Promise<FullBlock> {
    chain = await makeEthereumChain(forkConfig(fork), PRAGUE_CONTRACTS);
    const [sender] = FUNDED;
    if (sender === undefined) throw new Error("somebody has funds");
    const raw = await signed(sender, { nonce: 0, to: sender.address, gasPrice: 10n ** 10n });
    return decodeFullBlock(await chain.block({ transactions: [raw] }));
  }
});
