import { CausewayError } from "@causeway/protocol/errors";

/** Why a transaction is not pooled, in a word that can be counted. */
export type RejectionReason =
  /** No node of this chain takes it, whatever the head is: malformed, unsigned, against the chain spec. */
  | "invalid"
  | "alreadyKnown"
  /** Its sender's account is against it. */
  | "nonceTooLow"
  | "insufficientFunds"
  | "senderNoEoa"
  /** What it pays or asks for is. */
  | "feeTooLow"
  | "gasAboveBlock"
  /** Another pooled transaction is. */
  | "replacementUnderpriced"
  | "underpriced"
  | "delegation"
  /** There is no room for it. */
  | "nonceTooHigh"
  | "accountLimit"
  | "full"
  /** It, or its sender's last ones, took too long to execute (H4). */
  | "slow";

export type PoolRejection = CausewayError<{ code: "TransactionRejected"; reason: RejectionReason }>;

/** @param message in geth's words, where geth has any: wallets read them. */
export function rejection(reason: RejectionReason, message: string, cause?: unknown): PoolRejection {
  const options = cause === undefined ? undefined : { cause };
  return new CausewayError({ code: "TransactionRejected", reason }, message, options);
}

/** Why the pool threw `error`; null when that was no refusal. What the decoder refuses says no reason: it is invalid. */
export function rejectionReason(error: unknown): RejectionReason | null {
  if (!(error instanceof CausewayError) || error.code !== "TransactionRejected") return null;
  return "reason" in error.type ? (error.type.reason as RejectionReason) : "invalid";
}
