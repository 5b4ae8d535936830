import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import type { EthereumGenesis } from "@causeway/protocol/ethereumGenesis";
import type { Genesis } from "@causeway/protocol/genesis";
import { chainError } from "../chainError.js";
import { fromHex, toHex } from "../codec/hex.js";
import { chainIdentity } from "../genesis/chainIdentity.js";
import { stateDifference } from "../state/stateDifference.js";
import { ChainStore } from "../store/chainStore.js";
import { type MaintainedDatabase, openForMaintenance } from "../store/database.js";
import { databaseLocation, requireDatabase } from "../store/databaseLocation.js";
import { keys } from "../store/keys.js";
import { LruCache } from "../store/lruCache.js";
import { readStateStart, stateStartPut } from "../store/stateStart.js";
import type { Header } from "../types/header.js";
import { HashFilter } from "./hashFilter.js";
import { exitWindowSeconds, oldestKept } from "./oldestKept.js";

/** Nodes kept in memory while states are compared, at most 600 bytes each: those near the roots recur in each. */
const NODES_CACHED_MAX = 50_000;
/** Keys deleted at once. */
const DELETES_PER_BATCH = 10_000;
/** Nodes between two reports on a long walk. */
const NODES_PER_REPORT = 10_000;
const HASH_BYTES = 32;

export type PruneProgress =
  | { readonly step: "counting"; readonly items: number }
  | { readonly step: "marking"; readonly height: number; readonly head: number; readonly items: number }
  | { readonly step: "deleting"; readonly items: number; readonly deleted: number; readonly total: number }
  | { readonly step: "compacting" };

export interface PruneOptions {
  readonly genesis: Genesis | EthereumGenesis;
  readonly dataDir: string;
  /** States to keep, at least 1; more are where B14 asks for them. */
  readonly keep: number;
  readonly onProgress: (progress: PruneProgress) => void;
}

export interface PruneReport {
  readonly head: number;
  /** Height of the oldest block whose state is kept. */
  readonly oldestState: number;
  readonly statesKept: number;
  /** The rule that more were kept for than asked; null where it is as many, or all there are. */
  readonly raisedBy: "B14" | null;
  /** Trie nodes and contracts' code. */
  readonly nodesKept: number;
  readonly nodesDeleted: number;
  /** On disk, the whole database, before, and after its compaction. */
  readonly bytesBefore: number;
  readonly bytesAfter: number;
}

/**
 * Delete what belongs to none of the last states of a chain that no node has open. First it is noted from which block on
 * states are here, durably; only then does anything go. So it may end at any instant: the chain opens with every state
 * that it says it has, and pruning again finishes the work.
 * Blocks, receipts, indexes, certificates and validator sets stay (V5).
 * @throws ChainError "DatabaseLocked" while a node runs on it, "DatabaseUnusable", "WrongChain".
 */
export async function pruneChain(options: PruneOptions): Promise<PruneReport> {
  const { genesis, dataDir, keep, onProgress } = options;
  requireDatabase(dataDir);
  const place = databaseLocation(dataDir);
  const chain = await chainIdentity(genesis);
  const database = await openForMaintenance(dataDir);
  try {
    const bytesBefore = await directoryBytes(place);
    const store = ChainStore.openShared(database, chain);
    const head = store.headNumber;
    const timestampOf = async (number: number) => (await headerOf(store, number)).timestamp;
    const range = { head, stateStart: readStateStart(database), keep };
    const oldestState = await oldestKept(
      { ...range, windowSeconds: exitWindowSeconds(genesis) },
      timestampOf,
    );
    const statesKept = head - oldestState + 1;
    const total = await countNodes(database, onProgress);
    const kept = await mark(database, store, oldestState, new HashFilter(total), onProgress);
    await database.write([stateStartPut(oldestState)]);
    const nodesDeleted = await sweep(database, kept, total, onProgress);
    onProgress({ step: "compacting" });
    await database.compact(keys.nodes);
    return {
      head,
      oldestState,
      statesKept,
      raisedBy: statesKept > keep ? "B14" : null,
      nodesKept: total - nodesDeleted,
      nodesDeleted,
      bytesBefore,
      bytesAfter: await directoryBytes(place),
    };
  } finally {
    await database.close();
  }
}

async function countNodes(
  database: MaintainedDatabase,
  onProgress: PruneOptions["onProgress"],
): Promise<number> {
  let items = 0;
  for await (const found of database.keys(keys.nodes)) {
    items += found.length;
    onProgress({ step: "counting", items });
  }
  return items;
}

/** Everything below the roots of all blocks from `oldest` on. */
async function mark(
  database: MaintainedDatabase,
  store: ChainStore,
  oldest: number,
  kept: HashFilter,
  onProgress: PruneOptions["onProgress"],
): Promise<HashFilter> {
  const head = store.headNumber;
  const cache = new LruCache<string, Uint8Array>(NODES_CACHED_MAX);
  let height = oldest;
  let items = 0;
  const source = {
    node(hash: Uint8Array): Uint8Array {
      const key = toHex(hash).slice(2);
      const value = cache.get(key) ?? database.get(keys.node(key));
      if (value === undefined) {
        throw chainError(
          "DatabaseUnusable",
          `data directory lacks the trie node 0x${key} of the state of block ${height}: nothing was deleted`,
        );
      }
      cache.set(key, value);
      return value;
    },
    found(hash: Uint8Array): boolean {
      kept.add(hash);
      if (++items % NODES_PER_REPORT === 0) onProgress({ step: "marking", height, head, items });
      return true;
    },
  };
  let before: Uint8Array | null = null;
  for (; height <= head; height++) {
    const root = fromHex((await headerOf(store, height)).stateRoot);
    stateDifference(before, root, source);
    before = root;
    onProgress({ step: "marking", height, head, items });
  }
  return kept;
}

/** @returns how many were deleted. */
async function sweep(
  database: MaintainedDatabase,
  kept: HashFilter,
  total: number,
  onProgress: PruneOptions["onProgress"],
): Promise<number> {
  let items = 0;
  let deleted = 0;
  let waiting: Uint8Array[] = [];
  for await (const found of database.keys(keys.nodes)) {
    items += found.length;
    // The key of code has a byte more in front of its hash.
    for (const key of found) if (!kept.has(key.subarray(-HASH_BYTES))) waiting.push(key);
    if (waiting.length >= DELETES_PER_BATCH) {
      await database.write([], waiting);
      deleted += waiting.length;
      waiting = [];
    }
    onProgress({ step: "deleting", items, deleted, total });
  }
  await database.write([], waiting);
  return deleted + waiting.length;
}

async function headerOf(store: ChainStore, number: number): Promise<Header> {
  const header = await store.header(number);
  if (header === null)
    throw chainError("DatabaseUnusable", `data directory lacks the header of block ${number}`);
  return header;
}

async function directoryBytes(path: string): Promise<number> {
  const sizes = (await readdir(path)).map(async (name) => (await stat(join(path, name))).size);
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}
