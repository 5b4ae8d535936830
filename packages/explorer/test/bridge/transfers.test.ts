import { strict as assert } from "node:assert";
import { CausewayError } from "@causeway/protocol/errors";
import { ETH_TOKEN } from "@causeway/protocol/transferData";
import pino from "pino";
import { l1Step } from "../../src/bridge/l1Step.js";
import { sidechainFacts } from "../../src/bridge/sidechainFacts.js";
import type { Database } from "../../src/database/Database.js";
import { openDatabase } from "../../src/database/openDatabase.js";
import type { TransferPayload } from "../../src/feed/feedProtocol.js";
import { Journal } from "../../src/feed/journal.js";
import { chainStep } from "../../src/indexer/chainStep.js";
import type { FollowStep } from "../../src/indexer/follower.js";
import { openJsonRpc } from "../../src/indexer/jsonRpc.js";
import {
  CertifiedChain,
  CHAIN_ID,
  type MadeLog,
  type ServedChain,
  serveChain,
} from "../support/certifiedChain.js";
import {
  ALICE,
  BRIDGE,
  checkpointAccepted,
  depositDelivered,
  depositSent,
  rootAccepted,
  TOKEN,
  withdrawalClaimed,
  withdrawalSent,
} from "../support/crossing.js";
import { type TempDir, tempDir } from "../support/tempDir.js";

const TABLES = [
  "meta",
  "blocks",
  "validator_sets",
  "transactions",
  "address_transactions",
  "transfers",
  "proofs",
  "tokens",
  "journal",
];
const FINALITY_DEPTH = 3;

describe("bridge transfers", () => {
  const abort = new AbortController();
  let dir: TempDir;
  let database: Database;
  let journal: Journal;
  let sidechain: CertifiedChain;
  let l1: CertifiedChain;
  let served: ServedChain[];
  let followSidechain: FollowStep;
  let followL1: FollowStep;

  before(async () => {
    dir = await tempDir();
    database = await openDatabase({ dataDir: dir.path }, pino({ level: "silent" }));
  });

  beforeEach(async () => {
    for (const table of TABLES) await database.query(`DELETE FROM ${table}`);
    journal = await Journal.open(database, { retention: 1_000 });
    sidechain = new CertifiedChain();
    l1 = new CertifiedChain({
      chainId: BRIDGE.l1ChainId,
      finalityDepth: FINALITY_DEPTH,
      contracts: [BRIDGE.outbox],
    });
    served = [await serveChain(sidechain), await serveChain(l1)];
    const [rpc, l1Rpc] = served.map(({ url }) => openJsonRpc(url, abort.signal));
    if (rpc === undefined || l1Rpc === undefined) throw new Error("no chains");
    followSidechain = chainStep({
      rpc,
      database,
      journal,
      identity: { chainId: CHAIN_ID, genesisHash: sidechain.genesisHash, node: "", certified: true },
      overrides: [],
      sink: sidechainFacts(BRIDGE),
      onIndexed: async () => undefined,
    });
    followL1 = l1Step({ rpc: l1Rpc, database, journal, bridge: BRIDGE, onHeight: () => undefined });
  });

  afterEach(async () => {
    for (const { close } of served) await close();
  });

  after(async () => {
    abort.abort();
    await database.close();
    await dir.remove();
  });

  const drain = async (step: FollowStep) => {
    while (await step());
  };
  const onSidechain = async (...logs: MadeLog[]) => {
    sidechain.seal([{ from: ALICE, to: TOKEN, value: 0n, logs }]);
    await drain(followSidechain);
  };
  const onL1 = async (...logs: MadeLog[]) => {
    l1.seal([{ from: ALICE, to: BRIDGE.vault, value: 0n, logs }]);
    await drain(followL1);
  };
  const finalizeL1 = async () => {
    for (let i = 0; i < FINALITY_DEPTH; i++) l1.seal();
    await drain(followL1);
  };
  /** States in the order in which the journal told them. */
  const history = async (direction: string, nonce = 0): Promise<string[]> => {
    const events = await journal.read(journal.floor, 1_000);
    return events
      .filter((event) => event.type === "transfer")
      .map((event) => JSON.parse(event.payload) as TransferPayload)
      .filter((transfer) => transfer.direction === direction && transfer.nonce === nonce)
      .map((transfer) => transfer.state);
  };
  const shown = async (): Promise<TransferPayload[]> => {
    const rows = await database.query<{ payload: string }>(
      "SELECT payload FROM transfers WHERE known ORDER BY direction, nonce",
    );
    return rows.map((row) => JSON.parse(row.payload) as TransferPayload);
  };

  const eth = { nonce: 0, token: ETH_TOKEN, amount: 10n ** 18n };
  const tusd = { nonce: 0, token: TOKEN, amount: 40_000_000n };

  it("follows a deposit: seen, final, attested, delivered, with both transactions", async () => {
    await onL1(depositSent(eth));
    await finalizeL1();
    await onSidechain(rootAccepted(1));
    await onSidechain(depositDelivered(0));
    assert.deepEqual(await history("deposit"), ["seen", "final", "attested", "delivered"]);
    const [transfer] = await shown();
    assert.equal(transfer?.source.blockNumber, 1);
    assert.equal(transfer?.delivery?.blockNumber, 2);
    assert.equal(transfer?.token.symbol, "ETH");
  });

  it("follows a withdrawal: certified, checkpointSent, claimable, claimed", async () => {
    await onSidechain(withdrawalSent(eth));
    await onL1(checkpointAccepted(1, 1));
    await finalizeL1();
    await onL1(withdrawalClaimed(0));
    await finalizeL1();
    assert.deepEqual(await history("withdrawal"), [
      "certified",
      "checkpointSent",
      "claimable",
      // Once in a block that may still go, once for good.
      "claimed",
      "claimed",
    ]);
    assert.equal((await shown())[0]?.delivery?.final, true);
  });

  it("tells the same end in whichever order the chains are read", async () => {
    l1.seal([{ from: ALICE, to: BRIDGE.vault, value: 0n, logs: [depositSent(tusd)] }]);
    await onSidechain(rootAccepted(1), depositDelivered(0));
    await onSidechain(withdrawalSent(tusd));
    assert.deepEqual(await history("deposit"), [], "not shown before its source is known");
    await onL1(checkpointAccepted(1, 1), withdrawalClaimed(0));
    await finalizeL1();
    const [deposit, withdrawal] = await shown();
    assert.equal(deposit?.state, "delivered");
    assert.notEqual(deposit?.proof, null);
    assert.equal(withdrawal?.state, "claimed");
    assert.deepEqual(withdrawal?.token, {
      originChainId: "31337",
      originToken: TOKEN,
      symbol: "TUSD",
      decimals: 6,
    });
  });

  it("shows a deposit that an L1 reorg removed, and again when it comes back", async () => {
    await onL1(depositSent(eth));
    l1.reorg(1);
    await drain(followL1);
    assert.equal((await shown())[0]?.state, "reorged");
    await onL1(depositSent(eth));
    await finalizeL1();
    assert.deepEqual(await history("deposit"), ["seen", "reorged", "seen", "final"]);
  });

  it("takes back a claim that an L1 reorg removed", async () => {
    await onSidechain(withdrawalSent(eth));
    await onL1(checkpointAccepted(1, 1));
    await finalizeL1();
    await onL1(withdrawalClaimed(0));
    l1.reorg(1);
    await drain(followL1);
    assert.deepEqual((await history("withdrawal")).slice(-2), ["claimed", "claimable"]);
  });

  it("shows a delivery whose call failed until it is retried", async () => {
    await onSidechain(withdrawalSent(eth));
    await onL1(checkpointAccepted(1, 1), withdrawalClaimed(0, false));
    await finalizeL1();
    assert.equal((await shown())[0]?.state, "failed");
  });

  it("ignores messages that are no transfers", async () => {
    const foreign = depositSent(eth);
    await onL1({ ...foreign, address: ALICE });
    assert.deepEqual(await shown(), []);
  });

  it("stops when L1 replaces a block it had called final", async () => {
    await onL1(depositSent(eth));
    await finalizeL1();
    l1.reorg(FINALITY_DEPTH + 1);
    await assert.rejects(
      drain(followL1),
      (error) => error instanceof CausewayError && error.type.code === "Contradiction",
    );
    assert.equal((await shown())[0]?.state, "final", "what was written stays as it was");
  });

  it("waits when the L1 node's logs lack a message", async () => {
    await onL1(depositSent({ ...eth, nonce: 1 }));
    l1.seal();
    l1.seal();
    l1.seal();
    await assert.rejects(drain(followL1), /message 0 of L1's Outbox is missing/);
  });

  it("writes a block and the transfers in it together, or neither", async () => {
    sidechain.seal([{ from: ALICE, to: TOKEN, value: 0n, logs: [withdrawalSent(eth)] }]);
    const power = { on: true };
    const brokenJournal = await Journal.open(withPower(database, power), { retention: 1_000 });
    power.on = false;
    const rpc = openJsonRpc(served[0]?.url ?? "", abort.signal);
    const step = chainStep({
      rpc,
      database,
      journal: brokenJournal,
      identity: { chainId: CHAIN_ID, genesisHash: sidechain.genesisHash, node: "", certified: true },
      overrides: [],
      sink: sidechainFacts(BRIDGE),
      onIndexed: async () => undefined,
    });
    await assert.rejects(step(), /power cut/);
    for (const table of ["blocks", "transactions", "transfers", "journal"])
      assert.deepEqual(await database.query(`SELECT * FROM ${table}`), [], table);
    await drain(followSidechain);
    assert.deepEqual(await history("withdrawal"), ["certified"]);
  });
});

/** A database that loses its power at the end of a transaction. */
function withPower(database: Database, power: { on: boolean }): Database {
  return {
    ...database,
    transaction: (work) =>
      database.transaction(async (queries) => {
        const result = await work(queries);
        if (!power.on) throw new Error("power cut");
        return result;
      }),
  };
}
