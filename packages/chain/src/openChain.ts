import { type Genesis, genesisValidators } from "@causeway/protocol/genesis";
import type { ExecutionPort } from "./chainPort.js";
import type { ChainReader } from "./chainReader.js";
import { reportCrypto } from "./crypto/nativeCrypto.js";
import { ChainExecution } from "./execution/chainExecution.js";
import { cpuMs } from "./execution/executionClocks.js";
import { genesisBlock } from "./genesis/genesisBlock.js";
import { type ChainPlace, openChainParts } from "./openChainParts.js";
import type { RejectionReason } from "./pool/poolRejection.js";
import type { PoolPort } from "./poolPort.js";
import type { Transaction } from "./types/transaction.js";

export interface ChainOptions extends ChainPlace {
  /** As parseGenesis returned it. */
  readonly genesis: Genesis;
  /** Milliseconds of processor time this thread has used, by which slow transactions are judged (H4). */
  readonly cpu?: () => number;
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
  const { genesis, log, now = () => performance.now(), cpu = cpuMs } = options;
  reportCrypto(log);
  const { chainId, causeway: spec } = genesis.config;
  const first = await genesisBlock(genesis);
  const chain = await openChainParts(options, {
    genesis,
    first,
    rules: { kind: "causeway", spec },
    own: { firstValidators: genesisValidators(genesis), config: genesis.config },
    poolTerms: spec,
    resume: (engine, store, pool) =>
      ChainExecution.resume({ engine, store, spec, log, clocks: { now, cpu } }, pool),
  });
  const { number, hash } = chain.execution.headHeader;
  log.info({ number, hash, genesisHash: first.hash, chainId }, "chain opened");
  return chain;
}
