import assert from "node:assert/strict";
import { type Genesis, parseGenesis } from "@causeway/protocol/genesis";
import type { Hash } from "@causeway/protocol/hex";
import { buildGenesis } from "../../src/genesis/buildGenesis.js";
import { type Chain, openChain } from "../../src/openChain.js";
import { blockKeys } from "../../src/store/blockKeys.js";
import type { Put } from "../../src/store/database.js";
import { keys } from "../../src/store/keys.js";
import { FUNDED, genesisInput } from "../support/genesisInput.js";
import { wallet } from "../support/keys.js";
import { mineNext, SILENT } from "../support/makeChain.js";
import { MemoryDatabase } from "../support/memoryDatabase.js";
import { signed } from "../support/transactions.js";

/** More than one batch of a rebuild. */
const HEIGHT = 300;
/** A log, and what it warned of indexes. */
function watched() {
  const warnings: string[] = [];
  const warn = (_: object, message: string) => {
    if (/index of the blocks is incomplete/.test(message)) warnings.push(message);
  };
  return { warnings, log: { ...SILENT, warn } };
}

const hex = (key: Uint8Array) => Buffer.from(key).toString("hex");

describe("indexes", () => {
  let genesis: Genesis;
  let whole: ReadonlyMap<string, Uint8Array>;
  const hashes: Hash[] = [];
  const transactions: Hash[] = [];

  const open = (database: MemoryDatabase, log = SILENT) =>
    openChain({ genesis, dataDir: "unused", log, database, journal: null });

  before(async () => {
    genesis = parseGenesis(await buildGenesis(genesisInput()));
    const database = new MemoryDatabase();
    const chain = await open(database);
    hashes.push(chain.reader.genesisHash);
    for (let height = 1; height <= HEIGHT; height++) {
      if (height % 100 === 50) transactions.push(await transfer(chain));
      hashes.push((await mineNext(chain)).hash);
    }
    whole = database.stored;
  });

  async function transfer({ pool }: Chain): Promise<Hash> {
    const from = FUNDED[0] ?? assert.fail();
    return pool.add(await signed(from, { nonce: transactions.length, to: wallet(50).address, value: 1n }));
  }

  /** The chain's data without some keys. */
  function without(...gone: readonly Uint8Array[]): MemoryDatabase {
    const stored = new Map(whole);
    for (const key of gone) assert.ok(stored.delete(hex(key)), hex(key));
    return new MemoryDatabase(stored);
  }

  const heights = Array.from({ length: HEIGHT + 1 }, (_, i) => i);
  const byNumber = heights.map((height) => blockKeys.hash(height));
  const byHash = () => hashes.map((hash) => blockKeys.number(hash));
  const byTransaction = () => transactions.map((hash) => keys.transaction(hash));

  it("that are whole are left alone", async () => {
    const { warnings, log } = watched();
    const database = without();
    await (await open(database, log)).close();
    assert.deepEqual(warnings, []);
    assert.deepEqual(database.stored, whole);
  });

  const losses: readonly (readonly [string, () => readonly Uint8Array[]])[] = [
    ["hashes by number", () => byNumber],
    ["numbers by hash", byHash],
    ["places of transactions", byTransaction],
    ["all of them", () => [...byNumber, ...byHash(), ...byTransaction()]],
    ["one block's number", () => [blockKeys.hash(HEIGHT - 3)]],
  ];
  for (const [what, gone] of losses) {
    it(`are rebuilt when the node opens without its ${what}`, async () => {
      const database = without(...gone());
      const { warnings, log } = watched();
      const chain = await open(database, log);
      assert.equal(warnings.length, 1);
      assert.deepEqual(database.stored, whole);
      for (const hash of transactions)
        assert.equal((await chain.reader.transaction(hash))?.transaction.hash, hash);
      assert.equal((await chain.reader.header(hashes[7] ?? assert.fail()))?.number, 7);
      await mineNext(chain);
      await chain.close();
    });
  }

  it("go on being rebuilt after a crash in any write", async () => {
    for (let diesAt = 1; diesAt <= 2; diesAt++) {
      const database = without(...byNumber, ...byHash(), ...byTransaction());
      let writes = 0;
      const { write } = database;
      database.write = async (puts: readonly Put[], deletes?: readonly Uint8Array[]) => {
        if (++writes === diesAt) throw new Error("the power is gone");
        await write.call(database, puts, deletes);
      };
      await assert.rejects(open(database), /the power is gone/);
      const again = new MemoryDatabase(database.stored);
      await (await open(again)).close();
      assert.deepEqual(again.stored, whole, `died at write ${diesAt}`);
    }
  });

  it("DatabaseUnusable: cannot be rebuilt where a block is gone as well", async () => {
    const hash = hashes[40] ?? assert.fail();
    const database = without(...byNumber, blockKeys.header(40, hash));
    await assert.rejects(open(database), (error: { code: string; message: string }) => {
      assert.equal(error.code, "DatabaseUnusable");
      assert.match(error.message, /header of block 40/);
      return true;
    });
  });
});
