import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RLP } from "@ethereumjs/rlp";
import { hexlify, keccak256, Transaction } from "ethers";
import { runCauseway } from "../../support/runCauseway.js";
import { type RunBlock, readRun } from "../support/readRun.js";
import { type ToolChain, toolChain } from "../support/toolChain.js";

/** A decoded item of RLP: bytes, or a list of items. */
type Item = Uint8Array | Item[];

describe("causeway chain export", () => {
  const EXPORTING = 4;
  let chain: ToolChain;
  let dir: string;
  let blocks: readonly RunBlock[];
  let file: string;

  before(async () => {
    chain = await toolChain();
    const validator = chain.cluster.validators[EXPORTING - 1];
    blocks = await readRun(chain);
    await chain.cluster.waitForHeight(EXPORTING, blocks.length);
    // A database has one reader: the validator stops, and the three others go on.
    await validator?.stop();
    dir = await mkdtemp(join(tmpdir(), "causeway-export-"));
    file = join(dir, "blocks.rlp");
    const { status, stderr } = await runCauseway(
      ...["chain", "export", "--genesis", chain.cluster.path("genesis.json")],
      ...["--datadir", chain.cluster.path(`node-${EXPORTING}/chain`), "--to", String(blocks.length), file],
    );
    assert.equal(status, 0, stderr);
  });

  after(async () => {
    chain.cluster.validators[EXPORTING - 1]?.start();
    await rm(dir, { recursive: true, force: true });
  });

  it("writes what geth imports: [header, transactions, uncles, withdrawals] one after the other, hash by hash", async () => {
    // As in geth's, the genesis block comes first.
    let { remainder: rest } = RLP.decode(await readFile(file), true) as { remainder: Uint8Array };
    for (const { header, transactions } of blocks) {
      const { data, remainder } = RLP.decode(rest, true) as { data: Item; remainder: Uint8Array };
      const [head, list, uncles, withdrawals, ...more] = data as Item[];
      assert.deepEqual([uncles, withdrawals, more], [[], [], []]);
      assert.equal(keccak256(RLP.encode(head as Item[])), header.hash);
      assert.deepEqual(
        (list as Item[]).map(transactionHash),
        transactions.map(({ hash }) => hash),
      );
      rest = remainder;
    }
    assert.equal(rest.length, 0);
  });
});

/** A legacy transaction is a list, a typed one a string of bytes (EIP-2718). */
function transactionHash(item: Item): string | null {
  return Transaction.from(hexlify(item instanceof Uint8Array ? item : RLP.encode(item))).hash;
}
