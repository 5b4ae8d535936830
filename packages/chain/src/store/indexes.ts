import type { Hash } from "@causeway/protocol/hex";
import { readRlp, readRlpList } from "@causeway/protocol/wire/rlpItem";
import { RLP } from "@ethereumjs/rlp";
import { chainError } from "../chainError.js";
import { decodeHeader } from "../codec/header.js";
import { fromHex, toHex } from "../codec/hex.js";
import { rawFromBodyItem } from "../codec/transaction.js";
import { keccak256 } from "../crypto/nativeCrypto.js";
import { blockKeys, heightBytes } from "./blockKeys.js";
import type { Database, Put } from "./database.js";
import { HEADERS_BEFORE_HISTORY, readHistoryStart } from "./historyStart.js";
import { keys, numberBytes, readNumber } from "./keys.js";

/** Blocks looked up at opening: so many newest, and about so many spread over the rest. */
const NEWEST_SAMPLES = 1_024;
const SPREAD_SAMPLES = 256;
/** Blocks indexed in one write. */
const BLOCKS_PER_BATCH = 256;

/** Transactions, ommers, withdrawals (EIP-4895). */
const BODY_PARTS = 3;

/** How far a rebuild has come: blocks still to be indexed. */
export type OnReindexed = (blocksLeft: number) => void;

/** A block on the way down from the head. */
interface Place {
  readonly number: number;
  readonly hash: Hash;
}

/** Where the block with this transaction stands, and the transaction in it. */
export function transactionPut(hash: Hash, number: number, index: number): Put {
  return { key: keys.transaction(hash), value: Buffer.concat([numberBytes(number), numberBytes(index)]) };
}

/** Hash of the first transaction of a body, without decoding the others. */
function firstTransaction(body: Uint8Array): Hash | null {
  const [transactions] = readRlpList(readRlp(body, "body"), "body", BODY_PARTS);
  if (transactions === undefined || transactions.payload.length === 0) return null;
  return toHex(keccak256(rawFromBodyItem(RLP.decode(transactions.payload, true).data)));
}

/** Index entries of a block's transactions. @param body RLP [transactions, ommers, withdrawals]. */
export function transactionPuts(number: number, body: Uint8Array): Put[] {
  const [transactions] = RLP.decode(body) as unknown as [unknown[]];
  return transactions.map((item, i) => transactionPut(toHex(keccak256(rawFromBodyItem(item))), number, i));
}

/** Entries by number and by hash of a block. */
export function blockIndexPuts({ number, hash }: Place): Put[] {
  return [
    { key: blockKeys.hash(number), value: fromHex(hash) },
    { key: blockKeys.number(hash), value: heightBytes(number) },
  ];
}

/**
 * Whether every index has what it should of a sample of blocks. Entries are written with their block, in one batch: they
 * are missing only after something else took them.
 */
export function indexesLookWhole(database: Database): boolean {
  if (database.get(keys.reindexing) !== undefined) return false;
  const head = readHead(database);
  const start = Math.max(1, readHistoryStart(database));
  const newest = Math.max(start, head.number - NEWEST_SAMPLES);
  const step = Math.ceil((newest - start) / SPREAD_SAMPLES);
  for (let number = start; number < newest; number += step) if (!isIndexed(database, number)) return false;
  for (let number = newest; number <= head.number; number++) if (!isIndexed(database, number)) return false;
  return true;
}

/**
 * Write every index entry anew, from the blocks. It goes down from the head by parent hashes, so it needs no index
 * itself; after a crash it goes on where it was.
 * @throws ChainError "DatabaseUnusable" where a block is gone, too: no index brings that back.
 */
export async function rebuildIndexes(database: Database, onProgress: OnReindexed): Promise<void> {
  const start = readHistoryStart(database);
  const last = Math.max(0, start - HEADERS_BEFORE_HISTORY);
  let at: Place | null = readPlace(database.get(keys.reindexing)) ?? readHead(database);
  while (at !== null) {
    const puts: Put[] = [];
    for (let i = 0; i < BLOCKS_PER_BATCH && at !== null; i++) {
      const { number, hash }: Place = at;
      puts.push(...blockIndexPuts(at), ...bodyPuts(database, at, start));
      at = number === last ? null : { number: number - 1, hash: parentOf(database, number, hash) };
    }
    if (at !== null) await database.write([...puts, { key: keys.reindexing, value: placeBytes(at) }]);
    else await database.write([...puts, ...genesisPuts(database)], [keys.reindexing]);
    onProgress(at === null ? 0 : at.number - last + 1);
  }
}

function bodyPuts(database: Database, { number, hash }: Place, historyStart: number): Put[] {
  if (number === 0 || number < historyStart) return [];
  return transactionPuts(number, stored(database, blockKeys.body(number, hash), `body of block ${number}`));
}

function parentOf(database: Database, number: number, hash: Hash): Hash {
  const header = stored(database, blockKeys.header(number, hash), `header of block ${number} ${hash}`);
  return decodeHeader(RLP.decode(header) as unknown as unknown[]).parentHash;
}

function genesisPuts(database: Database): Put[] {
  return blockIndexPuts({ number: 0, hash: toHex(stored(database, keys.genesisHash, "genesis hash")) });
}

function isIndexed(database: Database, number: number): boolean {
  const bytes = database.get(blockKeys.hash(number));
  if (bytes === undefined) return false;
  const hash = toHex(bytes);
  const entry = database.get(blockKeys.number(hash));
  const body = database.get(blockKeys.body(number, hash));
  if (entry === undefined || body === undefined || toHex(entry) !== toHex(heightBytes(number))) return false;
  // All of a block are written at once: the first stands for them.
  const first = firstTransaction(body);
  if (first === null) return true;
  const { key, value } = transactionPut(first, number, 0);
  const place = database.get(key);
  return place !== undefined && toHex(place) === toHex(value);
}

function readHead(database: Database): Place {
  return readPlace(stored(database, keys.head, "head pointer")) as Place;
}

function placeBytes({ number, hash }: Place): Uint8Array {
  return Buffer.concat([numberBytes(number), fromHex(hash)]);
}

function readPlace(bytes: Uint8Array | undefined): Place | null {
  return bytes === undefined ? null : { number: readNumber(bytes), hash: toHex(bytes.subarray(8)) };
}

function stored(database: Database, key: Uint8Array, name: string): Uint8Array {
  const value = database.get(key);
  if (value === undefined) {
    throw chainError(
      "DatabaseUnusable",
      `data directory lacks the ${name}: sync it anew, or restore it from a snapshot`,
    );
  }
  return value;
}
