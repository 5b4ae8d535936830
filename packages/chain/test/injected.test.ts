import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Genesis, parseGenesis } from "@causeway/protocol/genesis";
import { proposer } from "@causeway/protocol/validatorSet";
import { buildGenesis } from "../src/genesis/buildGenesis.js";
import { openChain } from "../src/openChain.js";
import { FUNDED, genesisInput } from "./support/genesisInput.js";
import { wallet } from "./support/keys.js";
import { SILENT, unsealedCertificate } from "./support/makeChain.js";
import { MemoryDatabase } from "./support/memoryDatabase.js";
import { signed } from "./support/transactions.js";

/** A path nothing may be written to. */
const NOWHERE = join(tmpdir(), `causeway-nowhere-${process.pid}`);
const TRANSFERS = 5;

describe("openChain with database, journal and clock of its caller", () => {
  let genesis: Genesis;
  before(async () => {
    genesis = parseGenesis(await buildGenesis(genesisInput()));
  });

  /** One block of transfers on a fresh database. */
  async function mineOne(deadlineMs: number, now: () => number) {
    const database = new MemoryDatabase();
    const chain = await openChain({ genesis, dataDir: NOWHERE, log: SILENT, database, journal: null, now });
    for (let nonce = 0; nonce < TRANSFERS; nonce++) {
      await chain.pool.add(
        await signed(FUNDED[0] ?? assert.fail(), { nonce, to: wallet(50).address, value: 1n }),
      );
    }
    const head = chain.execution.head();
    const coinbase = proposer(head.nextValidators, head.coinbase, 0);
    const { block, outcome } = await chain.execution.build(
      { height: 1, parentHash: head.hash, coinbase, timestamp: head.timestamp + 1, deadlineMs },
      new AbortController().signal,
    );
    await chain.execution.commit(block, unsealedCertificate(block, outcome));
    await chain.close();
    return { stored: database.stored, transactions: block.transactionCount };
  }

  it("writes the same bytes every time and no file", async () => {
    const [one, two] = [await mineOne(1, () => 0), await mineOne(1, () => 0)];
    assert.equal(one.transactions, TRANSFERS);
    assert.deepEqual(one.stored, two.stored);
    assert.equal(existsSync(NOWHERE), false);
  });

  it("stops building when that clock says so (H4)", async () => {
    let nowMs = 0;
    const { transactions } = await mineOne(8, () => nowMs++);
    assert.ok(transactions > 0 && transactions < TRANSFERS, `${transactions} of ${TRANSFERS}`);
  });
});
