/** Transactions a relayer sends. */
export const TRANSACTION_KINDS = ["vote", "deliver", "checkpoint", "claim"] as const;
export type TransactionKind = (typeof TRANSACTION_KINDS)[number];

/**
 * Steps in the life of each: decided; signed and on disk; given to a node; seen in a block; forgotten after its block
 * became final.
 */
const STAGES = ["planned", "stored", "broadcast", "mined", "settled"] as const;
export type TransactionStage = (typeof STAGES)[number];

export type CrashPoint = `${TransactionKind}.${TransactionStage}`;

/** Every named step at which a relayer can be killed; after a restart each transfer completes exactly once. */
export const CRASH_POINTS: readonly CrashPoint[] = TRANSACTION_KINDS.flatMap((kind) =>
  STAGES.map((stage) => `${kind}.${stage}` as const),
);

/** Told of every step passed. */
export type StepObserver = (kind: string, stage: TransactionStage) => void;

/** Kills the process as `kill -9` does when it reaches `point`: no handler runs, nothing is flushed. */
export function crashAt(point: CrashPoint | undefined): StepObserver {
  return (kind, stage) => {
    if (`${kind}.${stage}` === point) process.kill(process.pid, "SIGKILL");
  };
}
