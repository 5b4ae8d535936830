import { CausewayError } from "@causeway/protocol/errors";

/**
 * What the chain can refuse. `code` is a rule id with its field for blocks ("H1.withdrawals", on a chain of plain Ethereum's
 * rules "eth.gasLimit", for a file of blocks "file.truncated": docs/protocol/ethereum.md), else a name below:
 * - `NotExecuted`: commit of a block that was never executed here
 * - `F2`: another block at a finalized height
 * - `CertificateMismatch`: commit with the certificate of another block
 * - `StaleBuild`: the block to build is not the head's child
 * - `DeadlineExceeded`: a transaction used up its time (H4)
 * - `HistoryMissing`: a read of what was before the snapshot this node was restored from
 * - `StateMissing`: a read of a state older than those kept, for pruning or a snapshot
 * - `DatabaseExists`: a restore where there is a chain
 * - `NoBlocks`: a snapshot of a chain at genesis
 * - `UnknownBlock`: a read beyond the head
 * - `UnknownTransaction`: a state asked for before a transaction that a block does not have
 * - `GenesisTrace`: block 0 ran no transactions
 * - `TraceTooLarge`: an answer of tracers beyond what its asker allows
 * - `Aborted`: the caller's signal ended the work
 * - `UnsupportedLibrary`: @ethereumjs is not the version whose functions we correct
 * - `EngineFault` (H5): our own engine failed; the block is not to blame
 * - `TransactionRejected`: the pool's refusal, message in geth's words
 * - `Simulation.<fault>`: a call that cannot be in its simulated block, or such a block itself (SimulationFault)
 * - `LogLimit`: more logs than asked for
 * - `ConstructorFailed`, `AttestersInvalid`, `AccountReserved`: no genesis can be built of the input
 * - `WrongChain`, `DatabaseLocked`, `DatabaseUnusable`, `UnsupportedRules`: the data directory or genesis cannot be opened
 */
export type ChainError = CausewayError<{ code: string }>;

export function chainError(code: string, message: string, cause?: unknown): ChainError {
  return new CausewayError({ code }, message, cause === undefined ? undefined : { cause });
}

export function isChainError(error: unknown): error is ChainError {
  return error instanceof CausewayError;
}
