import { join } from "node:path";
import type { EthereumGenesis } from "@causeway/protocol/ethereumGenesis";
import { DEFAULT_CAUSEWAY_CONFIG } from "@causeway/protocol/genesis";
import type { ChainReader } from "./chainReader.js";
import { EthereumjsEngine } from "./engine/ethereumjs/ethereumjsEngine.js";
import { EthereumExecution } from "./execution/ethereumExecution.js";
import { ethereumGenesisBlock } from "./genesis/ethereumGenesisBlock.js";
import type { Log } from "./log.js";
import type { NodePool } from "./openChain.js";
import { poolHeads } from "./pool/poolHeads.js";
import { PoolJournal, type TransactionJournal } from "./pool/poolJournal.js";
import { TransactionPool } from "./pool/transactionPool.js";
import { FinalizedReader } from "./reader/finalizedReader.js";
import { ForkSchedule } from "./rules/ethereum/forkSchedule.js";
import { ChainStore } from "./store/chainStore.js";
import { type Database, openDatabase } from "./store/database.js";
import { nodeStore } from "./store/nodeStore.js";

export interface EthereumChainOptions {
  /** As parseEthereumGenesis returned it. */
  readonly genesis: EthereumGenesis;
  readonly dataDir: string;
  readonly log: Log;
  /** Monotonic milliseconds. */
  readonly now?: () => number;
  /** Another store than classic-level in `dataDir`. Each of its batches is durable when `write` resolves. */
  readonly database?: Database;
  /** Another journal of pooled transactions than a file in `dataDir`; null keeps none. */
  readonly journal?: TransactionJournal | null;
}

/** A chain of plain Ethereum's rules: it grows only by import, and nobody decides its blocks here. */
export interface EthereumChain {
  /** @see EthereumExecution.import */
  import(block: Uint8Array): Promise<"imported" | "known">;
  readonly reader: ChainReader;
  readonly pool: NodePool;
  /** Waits for an import under way, saves the pool and releases the data directory. Nothing may be asked afterwards. */
  close(): Promise<void>;
}

/** Of a chain spec the pool reads what it asks of transactions: no tip, and that gas has its price. */
const POOL_TERMS = DEFAULT_CAUSEWAY_CONFIG;

/**
 * Open a chain whose genesis has no `config.causeway`, for importing and for reading, calls by the rules of each block's
 * fork included; or start it there from genesis. {@link openChain} does the same for Causeway's own chains.
 * @throws ChainError "WrongChain", "DatabaseLocked", "DatabaseUnusable".
 */
export async function openEthereumChain(options: EthereumChainOptions): Promise<EthereumChain> {
  const { genesis, dataDir, log } = options;
  const first = await ethereumGenesisBlock(genesis);
  const { journal = new PoolJournal(join(dataDir, "transactions.hex"), log) } = options;
  const database = options.database ?? (await openDatabase(dataDir));
  try {
    return await assemble(options, first, database, journal);
  } catch (error) {
    await database.close();
    throw error;
  }
}

async function assemble(
  { genesis, log, now = () => performance.now() }: EthereumChainOptions,
  first: Awaited<ReturnType<typeof ethereumGenesisBlock>>,
  database: Database,
  journal: TransactionJournal | null,
): Promise<EthereumChain> {
  const { chainId } = genesis.config;
  const store = await ChainStore.open(database, first, null, log);
  const hashes = (number: number) => store.hash(number);
  const engine = await EthereumjsEngine.create(genesis, nodeStore(database), hashes, now);
  const schedule = new ForkSchedule(genesis.config);
  const headOf = poolHeads(engine);
  const pool: TransactionPool = new TransactionPool(
    { chainId: BigInt(chainId), spec: POOL_TERMS, journal, log, now },
    () => headOf(execution.headHeader),
  );
  const execution: EthereumExecution = await EthereumExecution.resume(
    { engine, store, schedule, log },
    (event) => pool.finalized(event),
  );
  const reader = new FinalizedReader({
    chainId,
    genesisHash: first.hash,
    rules: { kind: "ethereum", schedule },
    store,
    engine,
    headHeader: () => execution.headHeader,
    onHead: (listener) => execution.onHead(listener),
  });
  await pool.restore();
  return {
    import: (block) => execution.import(block),
    reader,
    pool,
    async close() {
      await execution.idle();
      await pool.close();
      await database.close();
    },
  };
}
