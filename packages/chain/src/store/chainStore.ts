import type { Certificate } from "@causeway/protocol/certificate";
import type { Hash } from "@causeway/protocol/hex";
import type { ValidatorSet } from "@causeway/protocol/validatorSet";
import { decodeCertificate, encodeCertificate } from "@causeway/protocol/wire/certificateCodec";
import { createBlockFromRLP } from "@ethereumjs/block";
import { type Blockchain, createBlockchain } from "@ethereumjs/blockchain";
import type { Common } from "@ethereumjs/common";
import { chainError } from "../chainError.js";
import type { FullBlock, Header, Receipt } from "../chainReader.js";
import { decodeFullBlock, encodeBlock } from "../codec/block.js";
import { decodeHeader } from "../codec/header.js";
import { fromHex, toHex } from "../codec/hex.js";
import { decodeReceipts, encodeReceipts } from "../codec/receipt.js";
import { loadPrecompileBackends } from "../crypto/precompileBackends.js";
import type { TransactionResult } from "../engine/engine.js";
import { chainCommon, type ForkConfig } from "../engine/ethereumjs/chainCommon.js";
import type { GenesisBlock } from "../genesis/genesisBlock.js";
import type { Log } from "../log.js";
import type { Database, Put } from "./database.js";
import { FinalizedConsensus } from "./finalizedConsensus.js";
import { historyMissing, readHistoryStart } from "./historyStart.js";
import { indexesLookWhole, rebuildIndexes, transactionPut } from "./indexes.js";
import { keys, numberBytes, readNumber } from "./keys.js";
import { LibraryDb } from "./libraryDb.js";
import { LruCache } from "./lruCache.js";

const HEADERS_CACHED_MAX = 2_048;
const BLOCKS_CACHED_MAX = 128;

/** A finalized block with all that is written beside it. */
export interface FinalizedBlock {
  readonly header: Header;
  readonly bytes: Uint8Array;
  readonly certificate: Certificate;
  readonly results: readonly TransactionResult[];
  readonly nodes: ReadonlyMap<string, Uint8Array>;
  /** S(height + 1) where an epoch begins there, else null. */
  readonly newValidators: ValidatorSet | null;
}

/** The finalized chain on disk: @ethereumjs/blockchain for blocks, our own records beside it. */
export class ChainStore {
  readonly #database: Database;
  readonly #library: LibraryDb;
  readonly #blockchain: Blockchain;
  readonly #consensus: FinalizedConsensus;
  readonly #common: Common;
  readonly #headers = new LruCache<number, Header>(HEADERS_CACHED_MAX);
  readonly #blocks = new LruCache<number, FullBlock>(BLOCKS_CACHED_MAX);
  /** First height whose block and state are here (N4); 0 for the whole history. */
  readonly historyStart: number;
  #headNumber: number;

  private constructor(
    database: Database,
    library: LibraryDb,
    blockchain: Blockchain,
    consensus: FinalizedConsensus,
    common: Common,
    headNumber: number,
  ) {
    this.#database = database;
    this.#library = library;
    this.#blockchain = blockchain;
    this.#consensus = consensus;
    this.#common = common;
    this.historyStart = readHistoryStart(database);
    this.#headNumber = headNumber;
  }

  /**
   * Open the chain of a database, or write genesis into an empty one.
   * @throws ChainError "WrongChain" when the database holds another chain.
   */
  static async open(
    database: Database,
    genesis: GenesisBlock,
    firstValidators: ValidatorSet,
    config: ForkConfig,
    log: Log,
  ): Promise<ChainStore> {
    const common = chainCommon(config, await loadPrecompileBackends());
    const stored = database.get(keys.genesisHash);
    if (stored !== undefined && toHex(stored) !== genesis.hash) {
      throw chainError(
        "WrongChain",
        `data directory holds the chain with genesis ${toHex(stored)}, but the genesis file hashes to ${genesis.hash}: use another --datadir or the right genesis`,
      );
    }
    if (stored !== undefined) await repairIndexes(database, log);
    const library = new LibraryDb(database);
    const consensus = new FinalizedConsensus();
    const blockchain = await openBlockchain(library, consensus, genesis, common);
    if (stored === undefined) {
      await database.write([
        ...library.take(),
        ...nodePuts(genesis.nodes),
        { key: keys.validators(1), value: encodeSet(firstValidators) },
        { key: keys.genesisHash, value: fromHex(genesis.hash) },
        headPut(0, genesis.hash),
      ]);
    }
    const headNumber = readNumber(required(database.get(keys.head), "head pointer"));
    return new ChainStore(database, library, blockchain, consensus, common, headNumber);
  }

  /**
   * Read along in the database of a chain that another thread opened with {@link open} and alone appends to.
   * @throws ChainError "DatabaseUnusable" when it holds no chain, or another one.
   */
  static async openShared(
    database: Database,
    genesis: GenesisBlock,
    config: ForkConfig,
  ): Promise<ChainStore> {
    const stored = toHex(required(database.get(keys.genesisHash), "genesis hash"));
    if (stored !== genesis.hash) {
      throw chainError(
        "DatabaseUnusable",
        `the database holds the chain with genesis ${stored}, not ${genesis.hash}`,
      );
    }
    const common = chainCommon(config, await loadPrecompileBackends());
    const library = new LibraryDb(database);
    const consensus = new FinalizedConsensus();
    const blockchain = await openBlockchain(library, consensus, genesis, common);
    const headNumber = readNumber(required(database.get(keys.head), "head pointer"));
    return new ChainStore(database, library, blockchain, consensus, common, headNumber);
  }

  get headNumber(): number {
    return this.#headNumber;
  }

  /**
   * Show the blocks that another thread has appended since, up to one that is durable.
   * @returns the new head's header.
   */
  async follow(number: number): Promise<Header> {
    const header = await this.#readHeader(number);
    this.#headNumber = number;
    return header;
  }

  /** Everything of one block in one durable batch (W4). A failure leaves the process unfit to go on (W6). */
  async append(block: FinalizedBlock): Promise<void> {
    const { header, bytes, certificate, results, nodes, newValidators } = block;
    this.#consensus.admitted = header.hash;
    try {
      await this.#blockchain.putBlock(createBlockFromRLP(bytes, { common: this.#common }));
    } catch (error) {
      this.#library.take();
      throw error;
    } finally {
      this.#consensus.admitted = null;
    }
    await this.#database.write([
      ...this.#library.take(),
      ...nodePuts(nodes),
      ...results.map((result, i) => transactionPut(result.transaction.hash, header.number, i)),
      { key: keys.receipts(header.number), value: encodeReceipts(results) },
      { key: keys.certificate(header.number), value: encodeCertificate(certificate) },
      ...(newValidators === null
        ? []
        : [{ key: keys.validators(header.number + 1), value: encodeSet(newValidators) }]),
      headPut(header.number, header.hash),
    ]);
    this.#headNumber = header.number;
    this.#headers.set(header.number, header);
  }

  async hash(number: number): Promise<Hash | null> {
    if (number < 0 || number > this.#headNumber) return null;
    const cached = this.#headers.get(number);
    if (cached !== undefined) return cached.hash;
    const hash = await this.#blockchain.dbManager.numberToHash(BigInt(number));
    return hash === undefined ? null : toHex(hash);
  }

  /** Height of a finalized block, null for any other hash. */
  async number(id: number | Hash): Promise<number | null> {
    if (typeof id === "number") return id >= 0 && id <= this.#headNumber ? id : null;
    try {
      const number = Number(await this.#blockchain.dbManager.hashToNumber(fromHex(id)));
      return number <= this.#headNumber ? number : null;
    } catch {
      // The library throws for hashes it does not know.
      return null;
    }
  }

  /** @throws ChainError "HistoryMissing" for one older than a snapshot's headers. */
  async header(number: number): Promise<Header | null> {
    if (number < 0 || number > this.#headNumber) return null;
    return this.#readHeader(number);
  }

  async #readHeader(number: number): Promise<Header> {
    const cached = this.#headers.get(number);
    if (cached !== undefined) return cached;
    const known = await this.#blockchain.dbManager.numberToHash(BigInt(number));
    if (known === undefined && number < this.historyStart) throw this.#missing("block", number);
    const hash = required(known, `hash ${number}`);
    const stored = await this.#blockchain.dbManager.getHeader(hash, BigInt(number));
    const header = decodeHeader(stored.raw());
    this.#headers.set(number, header);
    return header;
  }

  /** RLP of the whole block; null also before the history, where only headers are. */
  async rawBlock(number: number): Promise<Uint8Array | null> {
    if (this.#isBeforeHistory(number) || number < 0 || number > this.#headNumber) return null;
    return (await this.#blockchain.getBlock(BigInt(number))).serialize();
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

  /** @throws ChainError "HistoryMissing" unless the state after a block is here. */
  requireState(number: number): void {
    if (number < this.historyStart) throw this.#missing("state of block", number);
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

function openBlockchain(
  library: LibraryDb,
  consensus: FinalizedConsensus,
  genesis: GenesisBlock,
  common: Common,
): Promise<Blockchain> {
  return createBlockchain({
    common,
    db: library,
    genesisBlock: createBlockFromRLP(encodeBlock(genesis.header, []), { common }),
    consensusDict: { [consensus.algorithm]: consensus },
    validateConsensus: true,
    // Our rules H1 were checked before execution; the library would check a part of them again.
    validateBlocks: false,
  });
}

/** A node that lost an index but kept its blocks rebuilds it before it serves anybody. */
async function repairIndexes(database: Database, log: Log): Promise<void> {
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
