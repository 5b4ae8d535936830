import { strict as assert } from "node:assert";
import { CausewayError } from "@causeway/protocol/errors";
import pino from "pino";
import type { Database } from "../../src/database/Database.js";
import { openDatabase } from "../../src/database/openDatabase.js";
import { Journal } from "../../src/feed/journal.js";
import { identifyChain } from "../../src/indexer/chainIdentity.js";
import { chainStep } from "../../src/indexer/chainStep.js";
import { openJsonRpc } from "../../src/indexer/jsonRpc.js";
import { indexFeedSource } from "../../src/indexFeedSource.js";
import { LiveState } from "../../src/liveState.js";
import { CertifiedChain, serveChain } from "../support/certifiedChain.js";
import { ALICE, TOKEN } from "../support/crossing.js";

/** An empty database of a real server, `postgres://user@host/name`; its schema `public` is dropped. */
const url = process.env.CAUSEWAY_TEST_DATABASE_URL;
const log = pino({ level: "silent" });

describe("PostgreSQL by URL (CAUSEWAY_TEST_DATABASE_URL)", () => {
  let database: Database;

  before(async function () {
    if (url === undefined) return this.skip();
    database = await openDatabase({ databaseUrl: url }, log);
    await database.query("DROP SCHEMA public CASCADE");
    await database.query("CREATE SCHEMA public");
    await database.close();
    database = await openDatabase({ databaseUrl: url }, log);
  });

  after(async () => {
    await database?.close();
  });

  it("refuses a second writer", async () => {
    await assert.rejects(
      openDatabase({ databaseUrl: url ?? "" }, log),
      (error) => error instanceof CausewayError && error.type.code === "DatabaseBusy",
    );
  });

  it("indexes, replays and answers as the embedded database does", async () => {
    const chain = new CertifiedChain();
    for (let i = 0; i < 20; i++) chain.seal([{ from: ALICE, to: TOKEN, value: 1n }]);
    const served = await serveChain(chain);
    const rpc = openJsonRpc(served.url, new AbortController().signal);
    const identity = await identifyChain(rpc, database);
    const journal = await Journal.open(database, { retention: 30 });
    const state = new LiveState(database, identity, null);
    const step = chainStep({
      rpc,
      database,
      journal,
      identity,
      overrides: [],
      sink: null,
      onIndexed: () => state.refresh(),
    });
    while (await step());
    await served.close();
    assert.equal(state.stats?.transactions, 20);
    assert.deepEqual([journal.floor, journal.head], [11, 41]);
    const reopened = await Journal.open(database, { retention: 30 });
    assert.deepEqual(await reopened.read(11, 100), await journal.read(11, 100));
    const source = indexFeedSource(database, journal, state, identity);
    for (const topic of ["blocks", "txs", "bridge"] as const) {
      const { seq, values } = await source.snapshot(topic, 5);
      assert.equal(seq, 41);
      assert.equal(values.length, topic === "bridge" ? 0 : 5);
    }
  });
});
