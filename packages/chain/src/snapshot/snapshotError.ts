import { CausewayError } from "@causeway/protocol/errors";

/**
 * Why a snapshot is not restored, by the part that does not hold (N4):
 * - `SnapshotFormat`: no snapshot of a version this node knows, or records out of place
 * - `SnapshotTruncated`, `SnapshotTrailing`, `SnapshotChecksum`: the file is not what was written
 * - `SnapshotWrongChain`: of another genesis
 * - `SnapshotSetChange`: the chain of validator sets from S(1) breaks
 * - `SnapshotHeader`: the headers are no chain, or sealed by others than the set of their height
 * - `SnapshotHead`: the head block is not its header's, or its certificate does not hold
 * - `SnapshotTrust`: the block the operator trusts is not in the snapshot's chain
 * - `SnapshotState`, `SnapshotCode`: what stands below the head's state root is missing, altered or too much
 */
export type SnapshotCode =
  | "SnapshotFormat"
  | "SnapshotTruncated"
  | "SnapshotTrailing"
  | "SnapshotChecksum"
  | "SnapshotWrongChain"
  | "SnapshotSetChange"
  | "SnapshotHeader"
  | "SnapshotHead"
  | "SnapshotTrust"
  | "SnapshotState"
  | "SnapshotCode";

export type SnapshotError = CausewayError<{ code: SnapshotCode }>;

export function snapshotError(code: SnapshotCode, problem: string, cause?: unknown): SnapshotError {
  return new CausewayError(
    { code },
    `snapshot: ${problem} (N4)`,
    cause === undefined ? undefined : { cause },
  );
}
