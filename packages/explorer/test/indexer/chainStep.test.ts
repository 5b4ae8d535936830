import { strict as assert } from "node:assert";
import { CausewayError } from "@causeway/protocol/errors";
import type { ValidatorOverride } from "@causeway/protocol/validatorOverride";
import pino from "pino";
import type { Database } from "../../src/database/Database.js";
import { openDatabase } from "../../src/database/openDatabase.js";
import type { FollowerStatus } from "../../src/feed/feedProtocol.js";
import { Journal } from "../../src/feed/journal.js";
import { identifyChain } from "../../src/indexer/chainIdentity.js";
import { chainStep } from "../../src/indexer/chainStep.js";
import { type FollowStep, follow } from "../../src/indexer/follower.js";
import { openJsonRpc } from "../../src/indexer/jsonRpc.js";
import { LiveState } from "../../src/liveState.js";
import { CertifiedChain, type ServedChain, serveChain } from "../support/certifiedChain.js";
import { ALICE, TOKEN } from "../support/crossing.js";
import { type TempDir, tempDir } from "../support/tempDir.js";

const TABLES = ["meta", "blocks", "validator_sets", "transactions", "address_transactions", "journal"];
const log = pino({ level: "silent" });

describe("chain follower", () => {
  const abort = new AbortController();
  let dir: TempDir;
  let database: Database;
  let chain: CertifiedChain;
  let served: ServedChain;

  before(async () => {
    dir = await tempDir();
    database = await openDatabase({ dataDir: dir.path }, log);
  });

  beforeEach(async () => {
    for (const table of TABLES) await database.query(`DELETE FROM ${table}`);
    chain = new CertifiedChain();
    served = await serveChain(chain);
  });

  afterEach(() => served.close());

  after(async () => {
    abort.abort();
    await database.close();
    await dir.remove();
  });

  /** A follower as after a restart: nothing remembered but the database. */
  const freshStep = async (overrides: readonly ValidatorOverride[] = []): Promise<FollowStep> => {
    const rpc = openJsonRpc(served.url, abort.signal);
    const identity = await identifyChain(rpc, database);
    const journal = await Journal.open(database, { retention: 1_000 });
    const onIndexed = async () => undefined;
    return chainStep({ rpc, database, journal, identity, overrides, sink: null, onIndexed });
  };
  const drain = async (step: FollowStep) => {
    while (await step());
  };
  const indexed = async () =>
    (await database.query<{ number: number }>("SELECT number FROM blocks ORDER BY number")).map(
      (r) => r.number,
    );

  it("catches up over many batches and goes on after a restart", async () => {
    for (let i = 0; i < 40; i++) chain.seal(i % 3 === 0 ? [{ from: ALICE, to: TOKEN, value: 1n }] : []);
    await drain(await freshStep());
    chain.seal();
    await drain(await freshStep());
    assert.deepEqual(
      await indexed(),
      Array.from({ length: 42 }, (_, i) => i),
    );
  });

  it("goes on through an override that the chain spec names, and not through any other (V6)", async () => {
    for (let i = 0; i < 3; i++) chain.seal();
    const { hash: parentHash } = chain.blocks[3]?.block ?? assert.fail();
    chain.validators = chain.validators.slice(1);
    for (let i = 0; i < 3; i++) chain.seal();
    const override = { height: 4, parentHash, validators: chain.validators };
    const other = { ...override, parentHash: chain.genesisHash };
    for (const overrides of [[], [other]]) {
      await assert.rejects(
        drain(await freshStep(overrides)),
        (error) => error instanceof CausewayError && error.type.rule === "V1",
      );
    }
    await drain(await freshStep([override]));
    assert.deepEqual(await indexed(), [0, 1, 2, 3, 4, 5, 6]);
  });

  it("counts who proposed and sealed", async () => {
    const [first] = chain.validators;
    for (let i = 0; i < 8; i++) chain.seal([], i < 2 && first !== undefined ? [first] : []);
    await drain(await freshStep());
    const state = new LiveState(database, { chainId: 1, genesisHash: chain.genesisHash }, null);
    await state.refresh();
    const members = state.validators?.validators ?? [];
    assert.deepEqual(
      members.map(({ sealed, eligible, proposed }) => ({ sealed, eligible, proposed })),
      [6, 8, 8, 8].map((sealed) => ({ sealed, eligible: 8, proposed: 2 })),
    );
    assert.equal(state.validators?.quorum, 3);
  });

  it("writes nothing of a batch in which one certificate does not hold", async () => {
    for (let i = 0; i < 3; i++) chain.seal();
    const [a, b, c] = chain.validators;
    const forged = chain.seal(
      [],
      [a, b, c].filter((address) => address !== undefined),
    );
    const step = await freshStep();
    await assert.rejects(step(), /block 4: the certificate is refused.*BelowQuorum/);
    assert.equal(forged.certificate?.seals.length, 1);
    assert.deepEqual(await indexed(), []);
  });

  it("stops when the node replaces a finalized block", async () => {
    for (let i = 0; i < 3; i++) chain.seal();
    await drain(await freshStep());
    chain.reorg(1);
    chain.seal();
    const statuses: FollowerStatus[] = [];
    await follow({
      name: "test",
      step: await freshStep(),
      pollMs: 1,
      log,
      signal: abort.signal,
      onStatus: (status) => statuses.push(status),
    });
    assert.equal(statuses.at(-1)?.state, "halted");
    assert.match(statuses.at(-1)?.message ?? "", /a finalized chain does not change/);
    assert.deepEqual(await indexed(), [0, 1, 2, 3]);
  });

  it("refuses a database made from another chain", async () => {
    await freshStep();
    await served.close();
    chain = new CertifiedChain({ validators: 7 });
    served = await serveChain(chain);
    await assert.rejects(
      freshStep(),
      (error) => error instanceof CausewayError && error.type.code === "WrongChain",
    );
  });
});
