import { join } from "node:path";
import type { EthereumGenesis } from "@causeway/protocol/ethereumGenesis";
import type { CausewayConfig, Genesis } from "@causeway/protocol/genesis";
import type { ChainReader, HeadEvent } from "./chainReader.js";
import type { Engine } from "./engine/engine.js";
import { EthereumjsEngine } from "./engine/ethereumjs/ethereumjsEngine.js";
import type { GenesisBlock } from "./genesis/genesisBlock.js";
import type { Logger } from "./logger.js";
import { poolHeads } from "./pool/poolHeads.js";
import { PoolJournal, type TransactionJournal } from "./pool/poolJournal.js";
import { TransactionPool } from "./pool/transactionPool.js";
import { FinalizedReader } from "./reader/finalizedReader.js";
import { type ChainRules, forksOf } from "./rules/chainRules.js";
import { ChainStore, type OwnChain } from "./store/chainStore.js";
import { type Database, openDatabase } from "./store/database.js";
import { nodeStore } from "./store/nodeStore.js";
import type { Header } from "./types/header.js";

/** Where a chain of either kind is kept, and what of the world it sees. */
export interface ChainPlace {
  readonly dataDir: string;
  readonly log: Logger;
  /** Monotonic milliseconds; the only clock the chain looks at. */
  readonly now?: () => number;
  /** Another store than classic-level in `dataDir`. Each of its batches is durable when `write` resolves. */
  readonly database?: Database;
  /** Another journal of pooled transactions than a file in `dataDir`; null keeps none. */
  readonly journal?: TransactionJournal | null;
}

/** What makes a chain grow, as the rest of it sees that. */
interface Execution {
  readonly headHeader: Header;
  onHead(listener: (event: HeadEvent) => void): () => void;
  /** Resolves when no block is being written. */
  idle(): Promise<void>;
}

/** In what the two kinds of chain differ. */
export interface ChainKind<E extends Execution> {
  readonly genesis: Genesis | EthereumGenesis;
  readonly first: GenesisBlock;
  readonly rules: ChainRules;
  /** null on a chain that is not one of Causeway's. */
  readonly own: OwnChain | null;
  /** What the pool asks of transactions. */
  readonly poolTerms: CausewayConfig;
  readonly resume: (engine: Engine, store: ChainStore, pool: TransactionPool) => Promise<E>;
}

/** A chain of either kind, open. */
export interface ChainParts<E extends Execution> {
  readonly execution: E;
  readonly reader: ChainReader;
  readonly pool: TransactionPool;
  /** Waits for a block being written, saves the pool and releases the data directory. Nothing may be asked afterwards. */
  close(): Promise<void>;
}

/**
 * Open the chain of a data directory, or start it there from genesis.
 * @throws ChainError "WrongChain", "DatabaseLocked", "DatabaseUnusable", "UnsupportedRules".
 */
export async function openChainParts<E extends Execution>(
  place: ChainPlace,
  kind: ChainKind<E>,
): Promise<ChainParts<E>> {
  const database = place.database ?? (await openDatabase(place.dataDir));
  try {
    return await assemble(place, kind, database);
  } catch (error) {
    await database.close();
    throw error;
  }
}

async function assemble<E extends Execution>(
  place: ChainPlace,
  { genesis, first, rules, own, poolTerms, resume }: ChainKind<E>,
  database: Database,
): Promise<ChainParts<E>> {
  const { dataDir, log, now = () => performance.now() } = place;
  const { journal = new PoolJournal(join(dataDir, "transactions.hex"), log) } = place;
  const { chainId } = genesis.config;
  const store = await ChainStore.open(database, first, own, log);
  const hashes = (number: number) => store.hash(number);
  const engine = await EthereumjsEngine.create(genesis, nodeStore(database), hashes, now);
  const headOf = poolHeads(engine);
  const pool: TransactionPool = new TransactionPool(
    { chainId: BigInt(chainId), forks: forksOf(rules), spec: poolTerms, journal, log, now },
    () => headOf(execution.headHeader),
  );
  const execution: E = await resume(engine, store, pool);
  const reader = new FinalizedReader({
    ...{ chainId, genesisHash: first.hash, rules, store, engine },
    headHeader: () => execution.headHeader,
    onHead: (listener) => execution.onHead(listener),
  });
  await pool.restore();
  return {
    execution,
    reader,
    pool,
    async close() {
      await execution.idle();
      await pool.close();
      await database.close();
    },
  };
}
