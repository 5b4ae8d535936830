/** Transactions every transfer is carried by. */
export const TRANSACTION_KINDS = ["vote", "deliver", "checkpoint", "claim"] as const;

/** Transactions sent only when a message's call failed. */
export const RETRY_KINDS = ["retryDelivery", "retryClaim"] as const;
export type RetryKind = (typeof RETRY_KINDS)[number];

export type TransactionKind = (typeof TRANSACTION_KINDS)[number] | RetryKind;

/**
 * Steps in the life of each: decided; signed and on disk; given to a node; seen in a block; forgotten after its block
 * became final.
 */
const STAGES = ["planned", "stored", "broadcast", "mined", "settled"] as const;
export type TransactionStage = (typeof STAGES)[number];

export type CrashPoint = `${TransactionKind}.${TransactionStage}`;

/** Every named step on the way of a transfer at which a relayer can be killed; after a restart it completes exactly once. */
export const CRASH_POINTS = pointsOf(TRANSACTION_KINDS);

/** The same for transfers whose call failed; others never come there. */
export const RETRY_CRASH_POINTS = pointsOf(RETRY_KINDS);

function pointsOf(kinds: readonly TransactionKind[]): readonly CrashPoint[] {
  return kinds.flatMap((kind) => STAGES.map((stage) => `${kind}.${stage}` as const));
}

/** Told of every step passed. */
export type StepObserver = (kind: string, stage: TransactionStage) => void;

/** Kills the process as `kill -9` does when it reaches `point`: no handler runs, nothing is flushed. */
export function crashAt(point: CrashPoint | undefined): StepObserver {
  return (kind, stage) => {
    if (`${kind}.${stage}` === point) process.kill(process.pid, "SIGKILL");
  };
}
