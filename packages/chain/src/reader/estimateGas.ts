import { minOf } from "../bigints.js";
import type { EngineCallResult } from "../engine/engine.js";
import { TRANSACTION_GAS } from "../rules/intrinsicGas.js";

/** The binary search ends when it knows the answer this well, as geth's does. */
const ERROR_PERCENT_X10 = 15n;
/** Gas a call with value hands to its target, which must be there beside what is used (EIP-150: 63/64 go on). */
const CALL_STIPEND = 2_300n;

export type Attempt = (gas: bigint) => Promise<EngineCallResult>;

/**
 * Least gas with which a call succeeds, to within 1.5 %.
 * @param cap most that may be tried.
 */
export async function estimateGas(
  attempt: Attempt,
  cap: bigint,
  plainTransfer: boolean,
): Promise<{ gas: bigint } | { failure: EngineCallResult }> {
  if (plainTransfer && cap >= TRANSACTION_GAS && (await attempt(TRANSACTION_GAS)).status === "success") {
    return { gas: TRANSACTION_GAS };
  }
  const whole = await attempt(cap);
  if (whole.status !== "success") return { failure: whole };
  let low = whole.gasUsed - 1n;
  let high = cap;
  const likely = ((whole.gasUsed + whole.gasRefunded + CALL_STIPEND) * 64n) / 63n;
  if (likely < high) {
    if ((await attempt(likely)).status === "success") high = likely;
    else low = likely;
  }
  while (low + 1n < high && (high - low) * 1_000n > high * ERROR_PERCENT_X10) {
    // Most calls need little more than they use: do not start high up.
    const middle = minOf((high + low) / 2n, low * 2n);
    if ((await attempt(middle)).status === "success") high = middle;
    else low = middle;
  }
  return { gas: high };
}
