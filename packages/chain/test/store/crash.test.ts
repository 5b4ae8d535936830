import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Genesis, parseGenesis } from "@causeway/protocol/genesis";
import { proposer } from "@causeway/protocol/validatorSet";
import { buildGenesis } from "../../src/genesis/buildGenesis.js";
import { openChain } from "../../src/openChain.js";
import { type Database, openDatabase, type Put } from "../../src/store/database.js";
import { databaseLocation } from "../../src/store/databaseLocation.js";
import { FUNDED, genesisInput } from "../support/genesisInput.js";
import { wallet } from "../support/keys.js";
import { makeChain, mineNext, SILENT } from "../support/makeChain.js";
import { MemoryDatabase } from "../support/memoryDatabase.js";
import { signed } from "../support/transactions.js";

/** A database whose process dies at its n-th write: nothing of that batch or after it arrives. */
class DyingDatabase extends MemoryDatabase {
  writes = 0;
  readonly #diesAt: number;

  constructor(diesAt: number, stored?: ReadonlyMap<string, Uint8Array>) {
    super(stored);
    this.#diesAt = diesAt;
  }

  override async write(puts: readonly Put[], deletes?: readonly Uint8Array[]): Promise<void> {
    if (++this.writes >= this.#diesAt) throw new Error("the disk is gone");
    await super.write(puts, deletes);
  }
}

describe("crash and restart", () => {
  let genesis: Genesis;
  let dataDir: string;
  before(async () => {
    genesis = parseGenesis(await buildGenesis(genesisInput({ causeway: { epochLength: 3 } })));
    dataDir = await mkdtemp(join(tmpdir(), "causeway-crash-"));
  });
  after(() => rm(dataDir, { recursive: true, force: true }));

  const open = (database: Database) => openChain({ genesis, dataDir, log: SILENT, database });

  it("comes back at the last block whose batch was written, whichever write the process dies in", async () => {
    for (let diesAt = 1; diesAt <= 6; diesAt++) {
      const dying = new DyingDatabase(diesAt);
      let committed = -1;
      try {
        const chain = await open(dying);
        for (committed = 0; committed < 6; committed++) await mineNext(chain);
      } catch (error) {
        assert.match(String(error), /disk is gone/);
      }
      assert.equal(dying.writes, diesAt, "it died there");
      const again = await open(new DyingDatabase(Number.POSITIVE_INFINITY, dying.stored));
      assert.equal(again.execution.head().height, Math.max(committed, 0));
      await mineNext(again);
      await mineNext(again);
      assert.equal(again.reader.headNumber(), Math.max(committed, 0) + 2);
      assert.ok(await again.reader.validators(again.reader.headNumber() + 1));
    }
  });

  it("writes nothing before commit", async () => {
    const database = new DyingDatabase(Number.POSITIVE_INFINITY);
    const chain = await open(database);
    await chain.pool.add(
      await signed(FUNDED[0] ?? assert.fail(), { nonce: 0, to: wallet(50).address, value: 1n }),
    );
    const { writes } = database;
    const size = database.stored.size;
    const head = chain.execution.head();
    for (const round of [0, 1, 2]) {
      const coinbase = proposer(head.nextValidators, head.coinbase, round);
      const { block } = await chain.execution.build(
        { height: 1, parentHash: head.hash, coinbase, timestamp: head.timestamp + 1, deadlineMs: 60_000 },
        new AbortController().signal,
      );
      await chain.execution.execute(block, new AbortController().signal);
    }
    assert.deepEqual([database.writes, database.stored.size], [writes, size]);
    assert.deepEqual(chain.execution.head(), head);
  });
});

describe("data directory", () => {
  it("of another chain is refused with WrongChain, and stays as it was", async () => {
    const chain = await makeChain();
    await chain.mine();
    await chain.close();
    const genesis = parseGenesis(await buildGenesis(genesisInput({ causeway: { minTipWei: "9" } })));
    await assert.rejects(
      openChain({ genesis, dataDir: chain.dataDir, log: SILENT }),
      (error: { code: string; message: string }) =>
        error.code === "WrongChain" && /--datadir/.test(error.message),
    );
    const again = await openChain({ genesis: chain.genesis, dataDir: chain.dataDir, log: SILENT });
    assert.equal(again.reader.headNumber(), 1);
    await again.close();
    await rm(chain.dataDir, { recursive: true, force: true });
  });

  it("in use is refused with DatabaseLocked", async () => {
    const chain = await makeChain();
    const script = `
      const { openDatabase } = await import(${JSON.stringify(new URL("../../src/store/database.js", import.meta.url).href)});
      await openDatabase(${JSON.stringify(chain.dataDir)}).then(() => console.log("opened"), (e) => console.log(e.code));`;
    const { execFile } = await import("node:child_process");
    const { promisify } = await import("node:util");
    const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", script]);
    assert.equal(stdout.trim(), "DatabaseLocked");
    await chain.dispose();
  });

  it("that lost the file CURRENT is refused with DatabaseUnusable, and loses no more", async () => {
    const chain = await makeChain();
    await chain.mine();
    await chain.close();
    const current = join(databaseLocation(chain.dataDir), "CURRENT");
    const content = await readFile(current);
    await rm(current);
    await assert.rejects(
      openDatabase(chain.dataDir),
      (error: { code: string; message: string }) =>
        error.code === "DatabaseUnusable" && /has lost its file CURRENT/.test(error.message),
    );
    await writeFile(current, content);
    const again = await openChain({ genesis: chain.genesis, dataDir: chain.dataDir, log: SILENT });
    assert.equal(again.reader.headNumber(), 1);
    await again.close();
    await rm(chain.dataDir, { recursive: true, force: true });
  });

  it("that cannot be made is refused with DatabaseUnusable", async () => {
    await assert.rejects(
      openDatabase(join(fileURLToPath(import.meta.url), "below-a-file")),
      (error: { code: string }) => error.code === "DatabaseUnusable",
    );
  });
});
