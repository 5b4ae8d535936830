import { CausewayError } from "@causeway/protocol/errors";

/**
 * Whether a block was refused by a numbered rule, such as "H1.withdrawals". Anything else that is thrown while one is
 * executed is this node's own fault (H5): no vote on it, no blame for it.
 */
export function isRuleRefusal(error: unknown): error is CausewayError<{ code: string }> {
  return error instanceof CausewayError && /^[A-Z][0-9]+(?:\.|$)/.test(error.code);
}
