import type { Certificate } from "@causeway/protocol/certificate";
import type { Hash } from "@causeway/protocol/hex";
import type { ValidatorSet } from "@causeway/protocol/validatorSet";
import { decodeCertificate, encodeCertificate } from "@causeway/protocol/wire/certificateCodec";
import { RLP } from "@ethereumjs/rlp";
import { chainError } from "../chainError.js";
import { decodeFullBlock, encodeBlock } from "../codec/block.js";
import { type BlockSlices, joinBlock, sliceBlock } from "../codec/blockSlices.js";
import { decodeHeader } from "../codec/header.js";
import { fromHex, toHex } from "../codec/hex.js";
import { decodeReceipts, encodeReceipts } from "../codec/receipt.js";
import type { TransactionResult } from "../engine/engine.js";
import type { ForkConfig } from "../engine/ethereumjs/chainCommon.js";
import type { ChainIdentity } from "../genesis/chainIdentity.js";
import type { GenesisBlock } from "../genesis/genesisBlock.js";
import type { Logger } from "../logger.js";
import type { FullBlock } from "../types/block.js";
import type { Header } from "../types/header.js";
import type { Receipt } from "../types/receipt.js";
import { AddressIndex } from "./addressIndex.js";
import { blockKeys, readHeight } from "./blockKeys.js";
import { blockPuts } from "./blockPuts.js";
import type { Database, Put } from "./database.js";
import { FinalizedBlockchain } from "./finalizedBlockchain.js";
import { historyMissing, readHistoryStart } from "./historyStart.js";
import { holdsChain } from "./holdsChain.js";
import { indexesLookWhole, rebuildIndexes, transactionPut } from "./indexes.js";
import { keys, numberBytes, readNumber } from "./keys.js";
import { LruCache } from "./lruCache.js";
import { readStateStart, stateMissing } from "./stateStart.js";

const HEADERS_CACHED_MAX = 2_048;
/** Bytes of RLP; decoded, small transactions take some ten times as much, large ones three times. */
const BLOCKS_CACHED_BYTES_MAX = 16 * 1024 * 1024;

/** A finalized block with all that is written beside it. */
export interface FinalizedBlock {
  readonly header: Header;
  readonly bytes: Uint8Array;
  /** null on a chain that has none: it is not one of Causeway's. */
  readonly certificate: Certificate | null;
  readonly results: readonly TransactionResult[];
  readonly nodes: ReadonlyMap<string, Uint8Array>;
  /** S(height + 1) where an epoch begins there, else null. */
  readonly newValidators: ValidatorSet | null;
}

/** What of its genesis a chain of Causeway's is kept by. */
export interface OwnChain {
  /** S(1). */
  readonly firstValidators: ValidatorSet;
  readonly config: ForkConfig;
}

/** The finalized chain on disk: blocks as @ethereumjs/blockchain keeps them, in geth's layout, our own records beside them. */
export class ChainStore {
  readonly #database: Database;
  readonly #headers = new LruCache<number, Header>(HEADERS_CACHED_MAX);
  readonly #blocks = new LruCache<number, FullBlock>(BLOCKS_CACHED_BYTES_MAX, ({ size }) => size);
  /** First height whose block and state are here (N4); 0 for the whole history. */
  readonly historyStart: number;
  /** First height whose state is here, with all after it; later than the history where states were pruned. */
  readonly stateStart: number;
  readonly addresses: AddressIndex;
  /** Null where nothing is appended, and on a plain Ethereum chain, whose forks the library cannot tell apart. */
  readonly #blockchain: FinalizedBlockchain | null;
  #headNumber: number;

  private constructor(database: Database, blockchain: FinalizedBlockchain | null) {
    this.#database = database;
    this.#blockchain = blockchain;
    this.historyStart = readHistoryStart(database);
    this.stateStart = readStateStart(database);
    this.#headNumber = readNumber(required(database.get(keys.head), "head pointer"));
    this.addresses = new AddressIndex(database, () => this.#headNumber);
  }

  /**
   * Open the chain of a database, or write genesis into an empty one.
   * @param own null for a chain that is not one of Causeway's.
   * @throws ChainError "WrongChain" when the database holds another chain.
   */
  static async open(
    database: Database,
    genesis: GenesisBlock,
    own: OwnChain | null,
    log: Logger,
  ): Promise<ChainStore> {
    const { header } = genesis;
    const opened = async () =>
      new ChainStore(
        database,
        own === null ? null : await FinalizedBlockchain.open(database, header, own.config),
      );

    if (holdsChain(database, { genesisHash: genesis.hash, isCauseway: own !== null })) {
      await repairIndexes(database, log);
      return opened();
    }
    await database.write([
      ...blockPuts(header, sliceBlock(encodeBlock(header, [])), header.difficulty),
      ...nodePuts(genesis.nodes),
      ...(own === null ? [] : [{ key: keys.validators(1), value: encodeSet(own.firstValidators) }]),
      { key: keys.genesisHash, value: fromHex(genesis.hash) },
      headPut(0, genesis.hash),
    ]);
    return opened();
  }

  /**
   * Read along in the database of a chain that another thread opened with {@link open} and alone appends to.
   * @throws ChainError "WrongChain", or "DatabaseUnusable" when it holds none.
   */
  static openShared(database: Database, chain: ChainIdentity): ChainStore {
    if (holdsChain(database, chain)) return new ChainStore(database, null);
    throw chainError("DatabaseUnusable", "data directory holds no chain");
  }

  /** Whatever chain a database holds; null for none. */
  static openAny(database: Database): ChainStore | null {
    return database.get(keys.genesisHash) === undefined ? null : new ChainStore(database, null);
  }

  get headNumber(): number {
    return this.#headNumber;
  }

  /**
   * Show the blocks that another thread has appended since, up to one that is durable.
   * @returns the new head's header.
   */
  async follow(number: number): Promise<Header> {
    const header = this.#readHeader(number);
    this.#headNumber = number;
    return header;
  }

  /**
   * Everything of one block in one durable batch (W4); from then on it is final (F1). A failure leaves the process unfit to
   * go on (W6).
   * @throws ChainError "F2" for what is not the head's child.
   */
  async append(block: FinalizedBlock): Promise<void> {
    const { header, bytes, certificate, results, nodes, newValidators } = block;
    const { number, hash } = header;
    if (number !== this.#headNumber + 1 || header.parentHash !== (await this.hash(this.#headNumber))) {
      throw chainError("F2", `block ${hash} at height ${number} is no child of the head (F2)`);
    }
    await this.#database.write([
      ...(await this.#blockPuts(header, sliceBlock(bytes))),
      ...nodePuts(nodes),
      ...results.map((result, i) => transactionPut(result.transaction.hash, number, i)),
      ...this.addresses.puts(number, results),
      { key: keys.receipts(number), value: encodeReceipts(results) },
      ...(certificate === null
        ? []
        : [{ key: keys.certificate(number), value: encodeCertificate(certificate) }]),
      ...(newValidators === null
        ? []
        : [{ key: keys.validators(number + 1), value: encodeSet(newValidators) }]),
      headPut(number, hash),
    ]);
    this.#headNumber = number;
    this.#headers.set(number, header);
  }

  async #blockPuts(header: Header, slices: BlockSlices): Promise<Put[]> {
    if (this.#blockchain !== null) return this.#blockchain.puts(header, slices);
    return blockPuts(header, slices, this.totalDifficulty(header.number - 1) + header.difficulty);
  }

  async hash(number: number): Promise<Hash | null> {
    if (number < 0 || number > this.#headNumber) return null;
    return this.#headers.get(number)?.hash ?? this.#storedHash(number) ?? null;
  }

  #storedHash(number: number): Hash | undefined {
    const bytes = this.#database.get(blockKeys.hash(number));
    return bytes === undefined ? undefined : toHex(bytes);
  }

  /** Height of a finalized block, null for any other hash. */
  async number(id: number | Hash): Promise<number | null> {
    const number = typeof id === "number" ? id : readHeight(this.#database.get(blockKeys.number(id)));
    return number >= 0 && number <= this.#headNumber ? number : null;
  }

  /** @throws ChainError "HistoryMissing" for one older than a snapshot's headers. */
  async header(number: number): Promise<Header | null> {
    if (number < 0 || number > this.#headNumber) return null;
    return this.#readHeader(number);
  }

  #readHeader(number: number): Header {
    const cached = this.#headers.get(number);
    if (cached !== undefined) return cached;
    const known = this.#storedHash(number);
    if (known === undefined && number < this.historyStart) throw this.#missing("block", number);
    const hash = required(known, `hash ${number}`);
    const bytes = required(this.#database.get(blockKeys.header(number, hash)), `header ${number}`);
    const header = decodeHeader(RLP.decode(bytes) as unknown as unknown[]);
    this.#headers.set(number, header);
    return header;
  }

  /** Sum of all difficulties up to a block's; 0 on a chain that was never made by work. */
  totalDifficulty(number: number): bigint {
    const { hash } = this.#readHeader(number);
    const bytes = required(
      this.#database.get(blockKeys.totalDifficulty(number, hash)),
      `total difficulty ${number}`,
    );
    const value = RLP.decode(bytes) as Uint8Array;
    return value.length === 0 ? 0n : BigInt(toHex(value));
  }

  /** RLP of the whole block; null also before the history, where only headers are. */
  async rawBlock(number: number): Promise<Uint8Array | null> {
    if (this.#isBeforeHistory(number) || number < 0 || number > this.#headNumber) return null;
    const hash = required(this.#storedHash(number), `hash ${number}`);
    return joinBlock({
      header: required(this.#database.get(blockKeys.header(number, hash)), `header ${number}`),
      body: required(this.#database.get(blockKeys.body(number, hash)), `body ${number}`),
    });
  }

  /** @throws ChainError "HistoryMissing". */
  async block(number: number): Promise<FullBlock | null> {
    if (this.#isBeforeHistory(number)) throw this.#missing("block", number);
    const cached = this.#blocks.get(number);
    if (cached !== undefined) return cached;
    const bytes = await this.rawBlock(number);
    if (bytes === null) return null;
    const block = decodeFullBlock(bytes);
    this.#blocks.set(number, block);
    return block;
  }

  /** @throws ChainError "HistoryMissing", also for the head of a snapshot: its receipts do not come with it. */
  async receipts(number: number): Promise<Receipt[] | null> {
    const header = await this.header(number);
    if (header === null) return null;
    if (number === 0) return [];
    if (number <= this.historyStart) throw this.#missing("receipts of block", number);
    return decodeReceipts(
      required(this.#database.get(keys.receipts(number)), `receipts of ${number}`),
      header,
    );
  }

  /** @throws ChainError "StateMissing" unless the state after a block is here. */
  requireState(number: number): void {
    if (number >= this.stateStart) return;
    const isHeaderHere = number >= 0 && this.#storedHash(number) !== undefined;
    throw stateMissing(number, isHeaderHere ? this.#readHeader(number).stateRoot : null, this.stateStart);
  }

  /** Genesis, whose body is empty, is always here. */
  #isBeforeHistory(number: number): boolean {
    return number > 0 && number < this.historyStart;
  }

  #missing(what: string, number: number) {
    return historyMissing(what, number, this.historyStart);
  }

  /** Where a finalized transaction is. */
  transactionPlace(hash: Hash): { readonly number: number; readonly index: number } | null {
    const bytes = this.#database.get(keys.transaction(hash));
    return bytes === undefined ? null : { number: readNumber(bytes), index: readNumber(bytes, 8) };
  }

  certificate(number: number): Certificate | null {
    const bytes = number > this.#headNumber ? undefined : this.#database.get(keys.certificate(number));
    return bytes === undefined ? null : decodeCertificate(bytes);
  }

  /** The set kept under the first height of an epoch. */
  validators(firstHeight: number): ValidatorSet | null {
    const bytes = this.#database.get(keys.validators(firstHeight));
    return bytes === undefined ? null : decodeSet(bytes);
  }
}

/** A node that lost an index but kept its blocks rebuilds it before it serves anybody. */
async function repairIndexes(database: Database, log: Logger): Promise<void> {
  if (indexesLookWhole(database)) return;
  log.warn({}, "an index of the blocks is incomplete: rebuilding all of them from the blocks");
  await rebuildIndexes(database, (blocksLeft) => log.info({ blocksLeft }, "rebuilding the indexes"));
}

/** The head pointer. */
export function headPut(number: number, hash: Hash): Put {
  return { key: keys.head, value: Buffer.concat([numberBytes(number), fromHex(hash)]) };
}

function nodePuts(nodes: ReadonlyMap<string, Uint8Array>): Put[] {
  return [...nodes].map(([key, value]) => ({ key: keys.node(key), value }));
}

const ADDRESS_BYTES = 20;

export function encodeSet(set: ValidatorSet): Uint8Array {
  return Buffer.concat(set.map(fromHex));
}

function decodeSet(bytes: Uint8Array): ValidatorSet {
  return Array.from({ length: bytes.length / ADDRESS_BYTES }, (_, i) =>
    toHex(bytes.subarray(i * ADDRESS_BYTES, (i + 1) * ADDRESS_BYTES)),
  );
}

function required<T>(value: T | undefined, name: string): T {
  if (value === undefined) throw chainError("DatabaseUnusable", `data directory lacks the ${name}`);
  return value;
}
