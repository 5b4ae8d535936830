import { CausewayError } from "@causeway/protocol/errors";

/**
 * Whose rules a block or a file of blocks can break; after the dot comes the field or fault: "H1.withdrawals", on a chain of
 * plain Ethereum's rules "eth.gasLimit", for a file "file.truncated" (docs/protocol/ethereum.md). `Simulation` is of calls
 * that cannot be in their simulated block, and of such blocks themselves (SimulationFault).
 */
const RULES = ["H1", "H6", "N3", "V6", "eth", "file", "Simulation"] as const;

/** What else the chain can refuse. */
const NAMES = [
  /** Commit of a block that was never executed here. */
  "NotExecuted",
  /** Another block at a finalized height. */
  "F2",
  /** Commit with the certificate of another block. */
  "CertificateMismatch",
  /** The block to build is not the head's child. */
  "StaleBuild",
  /** A transaction used up its time (H4). */
  "DeadlineExceeded",
  /** A read of what was before the snapshot this node was restored from. */
  "HistoryMissing",
  /** A read of a state older than those kept, for pruning or a snapshot. */
  "StateMissing",
  /** A restore where there is a chain. */
  "DatabaseExists",
  /** A snapshot of a chain at genesis. */
  "NoBlocks",
  /** A read beyond the head. */
  "UnknownBlock",
  /** A state asked for before a transaction that a block does not have. */
  "UnknownTransaction",
  /** Block 0 ran no transactions. */
  "GenesisTrace",
  /** An answer of tracers beyond what its asker allows. */
  "TraceTooLarge",
  /** The caller's signal ended the work. */
  "Aborted",
  /** @ethereumjs is not the version whose functions we correct. */
  "UnsupportedLibrary",
  /** H5: our own engine failed; the block is not to blame. */
  "EngineFault",
  /** The pool's refusal, message in geth's words. */
  "TransactionRejected",
  /** No genesis can be built of the input. */
  "ConstructorFailed",
  "AttestersInvalid",
  "AccountReserved",
  /** The data directory or genesis cannot be opened. */
  "WrongChain",
  "DatabaseLocked",
  "DatabaseUnusable",
  "UnsupportedRules",
] as const;

export type ChainErrorCode = (typeof NAMES)[number] | `${(typeof RULES)[number]}.${string}`;

export type ChainError = CausewayError<{ code: ChainErrorCode }>;

const names: ReadonlySet<string> = new Set(NAMES);
const rules: ReadonlySet<string> = new Set(RULES);

export function chainError(code: ChainErrorCode, message: string, cause?: unknown): ChainError {
  return new CausewayError({ code }, message, cause === undefined ? undefined : { cause });
}

/** Whether it is one of the chain's; other packages' errors have codes of their own. */
export function isChainError(error: unknown): error is ChainError {
  return error instanceof CausewayError && isChainErrorCode(error.code);
}

function isChainErrorCode(code: string): code is ChainErrorCode {
  const [rule = "", field] = code.split(".", 2);
  return field === undefined ? names.has(code) : rules.has(rule);
}
