import type { EthereumGenesis } from "@causeway/protocol/ethereumGenesis";
import { DEFAULT_CAUSEWAY_CONFIG } from "@causeway/protocol/genesis";
import type { ChainReader } from "./chainReader.js";
import { EthereumExecution } from "./execution/ethereumExecution.js";
import { ethereumGenesisBlock } from "./genesis/ethereumGenesisBlock.js";
import type { NodePool } from "./openChain.js";
import { type ChainPlace, openChainParts } from "./openChainParts.js";
import { ForkSchedule } from "./rules/ethereum/forkSchedule.js";

export interface EthereumChainOptions extends ChainPlace {
  /** As parseEthereumGenesis returned it. */
  readonly genesis: EthereumGenesis;
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
  const { genesis, log } = options;
  const schedule = new ForkSchedule(genesis.config);
  const { execution, ...parts } = await openChainParts(options, {
    genesis,
    first: await ethereumGenesisBlock(genesis),
    rules: { kind: "ethereum", schedule },
    own: null,
    poolTerms: POOL_TERMS,
    resume: (engine, store, pool) =>
      EthereumExecution.resume({ engine, store, schedule, log }, (event) => pool.finalized(event)),
  });
  return { ...parts, import: (block) => execution.import(block) };
}
