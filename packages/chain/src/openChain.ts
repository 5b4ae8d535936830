import { join } from "node:path";
import { type Genesis, genesisValidators } from "@causeway/protocol/genesis";
import type { ExecutionPort } from "./chainPort.js";
import type { ChainReader, PoolPort, Transaction } from "./chainReader.js";
import { reportCrypto } from "./crypto/nativeCrypto.js";
import { EthereumjsEngine } from "./engine/ethereumjs/ethereumjsEngine.js";
import { ChainExecution } from "./execution/chainExecution.js";
import { cpuMs, type ExecutionClocks } from "./execution/executionClocks.js";
import { genesisBlock } from "./genesis/genesisBlock.js";
import type { Log } from "./log.js";
import { poolHeads } from "./pool/poolHeads.js";
import { PoolJournal, type TransactionJournal } from "./pool/poolJournal.js";
import type { RejectionReason } from "./pool/poolRejection.js";
import { TransactionPool } from "./pool/transactionPool.js";
import { FinalizedReader } from "./reader/finalizedReader.js";
import { ChainStore } from "./store/chainStore.js";
import { type Database, openDatabase } from "./store/database.js";
import { nodeStore } from "./store/nodeStore.js";

export interface ChainOptions {
  /** As parseGenesis returned it. */
  readonly genesis: Genesis;
  readonly dataDir: string;
  readonly log: Log;
  /** Monotonic milliseconds; the only clock the chain looks at. */
  readonly now?: () => number;
  /** Milliseconds of processor time this thread has used, by which slow transactions are judged (H4). */
  readonly cpu?: () => number;
  /** Another store than classic-level in `dataDir`. Each of its batches is durable when `write` resolves. */
  readonly database?: Database;
  /** Another journal of pooled transactions than a file in `dataDir`; null keeps none. */
  readonly journal?: TransactionJournal | null;
}

/** The pool with what only the node asks of it. */
export interface NodePool extends PoolPort {
  /**
   * C14: when, on the monotonic clock, a transaction executable on the head and paying the chain spec's minimum will
   * have been pooled for 1 s; null without one. Ask again after each new head and pooled transaction.
   */
  blockWantedAt(): number | null;
  /** C14: whether that time has come. */
  waitingTransaction(nowMs: number): boolean;
  /** Pending transactions, the most useful to a proposer first: of each sender the next one, then of each the one after it. */
  pendingByTurn(): Iterable<Transaction>;
  /** Called for each transaction that `add` refuses. Returns the unsubscribe function. */
  onRejected(listener: (reason: RejectionReason) => void): () => void;
}

export interface Chain {
  readonly execution: ExecutionPort;
  readonly reader: ChainReader;
  readonly pool: NodePool;
  /** Waits for a commit under way, saves the pool and releases the data directory. Nothing may be asked afterwards. */
  close(): Promise<void>;
}

/**
 * Open the chain of Causeway's in a data directory, or start it there from genesis; {@link openEthereumChain} opens one
 * without `config.causeway`.
 * @throws ChainError "WrongChain", "DatabaseLocked", "DatabaseUnusable", "UnsupportedRules".
 */
export async function openChain(options: ChainOptions): Promise<Chain> {
  const { genesis, dataDir, log, now = () => performance.now(), cpu = cpuMs } = options;
  reportCrypto(log);
  const first = await genesisBlock(genesis);
  const { journal = new PoolJournal(join(dataDir, "transactions.hex"), log) } = options;
  const database = options.database ?? (await openDatabase(dataDir));
  try {
    return await assemble(genesis, first, database, journal, log, { now, cpu });
  } catch (error) {
    await database.close();
    throw error;
  }
}

async function assemble(
  genesis: Genesis,
  first: Awaited<ReturnType<typeof genesisBlock>>,
  database: Database,
  journal: TransactionJournal | null,
  log: Log,
  clocks: ExecutionClocks,
): Promise<Chain> {
  const { now } = clocks;
  const { chainId, causeway: spec } = genesis.config;
  const store = await ChainStore.open(
    database,
    first,
    { firstValidators: genesisValidators(genesis), config: genesis.config },
    log,
  );
  const engine = await EthereumjsEngine.create(
    genesis,
    nodeStore(database),
    (number) => store.hash(number),
    now,
  );
  const headOf = poolHeads(engine);
  const parts = { chainId: BigInt(chainId), spec, journal, log, now };
  const pool: TransactionPool = new TransactionPool(parts, () => headOf(execution.headHeader));
  const execution: ChainExecution = await ChainExecution.resume({ engine, store, spec, log, clocks }, pool);
  const reader = new FinalizedReader({
    chainId,
    genesisHash: first.hash,
    rules: { kind: "causeway", spec },
    store,
    engine,
    headHeader: () => execution.headHeader,
    onHead: (listener) => execution.onHead(listener),
  });
  await pool.restore();
  const { number, hash } = execution.headHeader;
  log.info({ number, hash, genesisHash: first.hash, chainId }, "chain opened");
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
