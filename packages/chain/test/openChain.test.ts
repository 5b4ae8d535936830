import assert from "node:assert/strict";
import { fromHex } from "@causeway/protocol/hex";
import { openChain } from "../src/openChain.js";
import { CHAIN_ID, FUNDED } from "./support/genesisInput.js";
import { addressOf, wallet } from "./support/keys.js";
import { makeChain, SILENT, type TestChain } from "./support/makeChain.js";

const GWEI = 10n ** 9n;

describe("openChain", () => {
  let chain: TestChain;
  beforeEach(async () => {
    chain = await makeChain();
  });
  afterEach(() => chain.dispose());

  it("builds, commits and reads back a block with a transfer", async () => {
    const [from] = FUNDED;
    assert.ok(from);
    const raw = await from.signTransaction({
      type: 2,
      chainId: CHAIN_ID,
      nonce: 0,
      to: wallet(50).address,
      value: 5n,
      gasLimit: 21_000n,
      maxFeePerGas: 3n * GWEI,
      maxPriorityFeePerGas: GWEI,
    });
    const hash = await chain.pool.add(fromHex(raw as `0x${string}`));
    const head = await chain.mine();
    assert.equal(head.height, 1);
    const receipt = await chain.reader.receipt(hash);
    assert.equal(receipt?.status, 1);
    assert.equal((await chain.reader.account(addressOf(wallet(50)), 1)).balance, 5n);
    assert.equal((await chain.reader.account(addressOf(wallet(50)), 0)).balance, 0n);
    for (let i = 0; i < 3; i++) await chain.mine();
    assert.equal(chain.reader.headNumber(), 4);
    const before = chain.execution.head();
    chain = await chain.reopen();
    assert.deepEqual(chain.execution.head(), before);
    await chain.mine();
  });

  it("refuses a genesis that does not start with Osaka rules (H2)", async () => {
    const { osakaTime: _, ...config } = chain.genesis.config;
    const genesis = { ...chain.genesis, config } as typeof chain.genesis;
    await assert.rejects(
      openChain({ genesis, dataDir: chain.dataDir, log: SILENT }),
      (error: { code: string }) => error.code === "UnsupportedRules",
    );
  });
});
