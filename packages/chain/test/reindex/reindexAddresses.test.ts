import assert from "node:assert/strict";
import { rm } from "node:fs/promises";
import type { Address, Hex } from "@causeway/protocol/hex";
import { EthereumjsEngine } from "../../src/engine/ethereumjs/ethereumjsEngine.js";
import { chainIdentity } from "../../src/genesis/chainIdentity.js";
import { openChain } from "../../src/openChain.js";
import { pruneChain } from "../../src/prune/pruneChain.js";
import { rebuildAddresses, reindexAddresses } from "../../src/reindex/reindexAddresses.js";
import { chainRulesOf } from "../../src/rules/chainRules.js";
import { ChainStore } from "../../src/store/chainStore.js";
import { type MaintainedDatabase, openForMaintenance } from "../../src/store/database.js";
import { keys, numberBytes } from "../../src/store/keys.js";
import { nodeStore } from "../../src/store/nodeStore.js";
import { FUNDED } from "../support/genesisInput.js";
import { makeChain, SILENT, type TestChain } from "../support/makeChain.js";
import { CREATION_CODE, signed } from "../support/transactions.js";

const FROM = FUNDED[0] ?? assert.fail();
const SENDER = FROM.address.toLowerCase() as Address;
const DONE = () => undefined;

describe("reindexing addresses", () => {
  let chain: TestChain;
  let factory: Address;

  beforeEach(async () => {
    chain = await makeChain();
    const run = async (nonce: number, to: Address | null, data: Hex) => {
      const hash = await chain.pool.add(await signed(FROM, { nonce, to, data, gasLimit: 1_000_000n }));
      await chain.mine();
      return chain.reader.receipt(hash);
    };
    factory = (await run(0, null, CREATION_CODE.factory as Hex))?.contractAddress ?? assert.fail();
    await run(1, factory, CREATION_CODE.store as Hex);
    await chain.mine();
    await run(2, factory, CREATION_CODE.store as Hex);
    await chain.close();
  });
  afterEach(() => rm(chain.dataDir, { recursive: true, force: true }));

  async function withDatabase<T>(use: (database: MaintainedDatabase) => Promise<T>): Promise<T> {
    const database = await openForMaintenance(chain.dataDir);
    try {
      return await use(database);
    } finally {
      await database.close();
    }
  }

  /** The whole index, byte for byte. */
  const indexed = () =>
    withDatabase(async (database) => {
      const entries = [["start", Buffer.from(database.get(keys.appearancesStart) ?? []).toString("hex")]];
      const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");
      for (const range of keys.addressIndex) {
        for await (const found of database.keys(range))
          for (const key of found) entries.push([hex(key), hex(database.get(key) as Uint8Array)]);
      }
      return entries;
    });

  it("brings back what was lost, inner frames and creators included, and nothing else", async () => {
    const whole = await indexed();
    await withDatabase((database) =>
      database.write(
        [{ key: keys.appearances(`0x${"77".repeat(20)}`), value: numberBytes(3) }],
        [keys.appearance(SENDER, 1), keys.creation(factory), keys.appearances(factory)],
      ),
    );
    assert.notDeepEqual(await indexed(), whole);
    await reindexAddresses(chain.genesis, chain.dataDir, DONE);
    assert.deepEqual(await indexed(), whole);
  });

  it("broken off in any write, says that it knows nothing; the next run ends it", async () => {
    const whole = await indexed();
    for (let diesAt = 1; ; diesAt++) {
      if (await diesInWrite(diesAt)) break;
      const { reader, close } = await openChain({ ...chain, log: SILENT });
      await assert.rejects(reader.appearances(factory, 5, "before", 10), { code: "HistoryMissing" });
      await assert.rejects(reader.appearances(factory, 0, "after", 10), { code: "HistoryMissing" });
      await close();
    }
    assert.deepEqual(await indexed(), whole);
  });

  it("broken off, tells of what the node adds afterwards, and not of a part of what was before", async () => {
    // The beginning's, three for what was there, the first block's.
    assert.equal(await diesInWrite(5), false);
    let node = await chain.reopen();
    const data = CREATION_CODE.store as Hex;
    await node.pool.add(await signed(FROM, { nonce: 3, to: factory, data, gasLimit: 1_000_000n }));
    await node.mine();
    const numbersOf = async () => {
      const { places, more } = await node.reader.appearances(factory, 99, "before", 10);
      return [places.map(({ number }) => number), more];
    };
    assert.deepEqual(await numbersOf(), [[5], true]);
    await node.close();
    await reindexAddresses(chain.genesis, chain.dataDir, DONE);
    node = await chain.reopen();
    assert.deepEqual(await numbersOf(), [[5, 4, 2, 1], false]);
    await node.close();
  });

  /** @returns whether it came to its end. */
  const diesInWrite = (diesAt: number) =>
    withDatabase(async (database) => {
      const store = ChainStore.openShared(database, await chainIdentity(chain.genesis));
      const hashes = (number: number) => store.hash(number);
      const engine = await EthereumjsEngine.create(chain.genesis, nodeStore(database), hashes, () => 0);
      let writes = 0;
      const dying: MaintainedDatabase = {
        ...database,
        async write(...args) {
          if (++writes > diesAt) throw new Error("died");
          await database.write(...args);
        },
      };
      const source = { store, engine, rules: chainRulesOf(chain.genesis) };
      return rebuildAddresses(dying, source, DONE, 1).then(
        () => true,
        (error: Error) => {
          assert.equal(error.message, "died");
          return false;
        },
      );
    });

  it("StateMissing: loses nothing that the index knows of blocks whose states were pruned", async () => {
    const reopened = await chain.reopen();
    while (reopened.execution.head().height < 140) await reopened.mine();
    await reopened.close();
    await pruneChain({ genesis: chain.genesis, dataDir: chain.dataDir, keep: 1, onProgress: DONE });
    const whole = await indexed();
    await assert.rejects(reindexAddresses(chain.genesis, chain.dataDir, DONE), { code: "StateMissing" });
    assert.deepEqual(await indexed(), whole);
  });
});
