import type { EthereumGenesis } from "@causeway/protocol/ethereumGenesis";
import type { Genesis } from "@causeway/protocol/genesis";
import { chainError } from "../chainError.js";
import type { Engine, TransactionResult } from "../engine/engine.js";
import { EthereumjsEngine } from "../engine/ethereumjs/ethereumjsEngine.js";
import { irregularChange } from "../execution/irregularChange.js";
import { chainIdentity } from "../genesis/chainIdentity.js";
import { type ChainRules, chainRulesOf } from "../rules/chainRules.js";
import { AddressIndex } from "../store/addressIndex.js";
import { ChainStore } from "../store/chainStore.js";
import { type MaintainedDatabase, openForMaintenance, type Put } from "../store/database.js";
import { requireDatabase } from "../store/databaseLocation.js";
import type { OnReindexed } from "../store/indexes.js";
import { keys, numberBytes, readNumber } from "../store/keys.js";
import { nodeStore } from "../store/nodeStore.js";
import type { Header } from "../types/header.js";

/** Entries written at once: fewer than the lists whose lengths the index keeps in memory while they wait. */
const PUTS_PER_BATCH = 5_000;

/**
 * Write the index of addresses anew, by executing every block whose parent's state is here: only that tells of inner
 * frames. While it is under way, and after it was broken off, the index says that it begins behind the head.
 * @throws ChainError "WrongChain", "DatabaseLocked", "DatabaseUnusable"; "StateMissing" where states were pruned from below
 *   which the index still knows of.
 */
export async function reindexAddresses(
  genesis: Genesis | EthereumGenesis,
  dataDir: string,
  onProgress: OnReindexed,
): Promise<void> {
  requireDatabase(dataDir);
  const identity = await chainIdentity(genesis);
  const database = await openForMaintenance(dataDir);
  try {
    const store = ChainStore.openShared(database, identity);
    const hashes = (number: number) => store.hash(number);
    const now = () => performance.now();
    const engine = await EthereumjsEngine.create(genesis, nodeStore(database), hashes, now);
    await rebuildAddresses(database, { store, engine, rules: chainRulesOf(genesis) }, onProgress);
  } finally {
    await database.close();
  }
}

export interface AddressSource {
  readonly store: ChainStore;
  readonly engine: Engine;
  readonly rules: ChainRules;
}

/** As {@link reindexAddresses}, of an open database. */
export async function rebuildAddresses(
  database: MaintainedDatabase,
  source: AddressSource,
  onProgress: OnReindexed,
  putsPerBatch = PUTS_PER_BATCH,
): Promise<void> {
  const { store } = source;
  const head = store.headNumber;
  const first = store.stateStart + 1;
  const known = database.get(keys.appearancesStart);
  if (known !== undefined && readNumber(known) < first) {
    throw chainError(
      "StateMissing",
      `the index of addresses begins at block ${readNumber(known)}, states at block ${store.stateStart}: written anew it would lose the blocks between; import the chain into a new directory instead`,
    );
  }
  if (first > head) return;
  await database.write([startPut(head + 1)]);
  for (const range of keys.addressIndex) {
    for await (const found of database.keys(range)) await database.write([], found);
  }
  const index = new AddressIndex(database, () => head);
  let puts: Put[] = [];
  for (let number = first; number <= head; number++) {
    puts.push(...index.puts(number, await resultsOf(number, source)));
    onProgress(head - number);
    if (puts.length < putsPerBatch) continue;
    await database.write(puts);
    puts = [];
  }
  await database.write([...puts, startPut(first)]);
}

function startPut(number: number): Put {
  return { key: keys.appearancesStart, value: numberBytes(number) };
}

async function resultsOf(
  number: number,
  { store, engine, rules }: AddressSource,
): Promise<readonly TransactionResult[]> {
  const block = await store.block(number);
  const parent = await store.header(number - 1);
  if (block === null || parent === null) throw missing(number);
  const { header, transactions, withdrawals, ommers } = block;
  if (transactions.length === 0) return [];
  const change = await irregularChange(engine, rules, parent, number);
  const session = await engine.beginBlock(parent.stateRoot, header, change);
  for (const transaction of transactions) await session.run(transaction, {});
  const payouts = { withdrawals: withdrawals ?? [], ommers };
  const { stateRoot, results } = await session.finish(rules.kind === "causeway" ? undefined : payouts);
  requireStateRoot(header, stateRoot);
  return results;
}

function requireStateRoot({ number, stateRoot }: Header, found: string): void {
  if (found === stateRoot) return;
  throw chainError(
    "EngineFault",
    `block ${number} executes to the state ${found}, not to its own ${stateRoot} (H5)`,
  );
}

function missing(number: number) {
  return chainError("DatabaseUnusable", `data directory lacks block ${number} or its parent`);
}
