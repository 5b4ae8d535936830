import type { Genesis } from "@causeway/protocol/genesis";
import type { Logger } from "../../logger.js";

/** Gas per millisecond of the worst precompile calls, blake2f: by `npm run bench:worst` (docs/performance.md). */
const WORST_GAS_PER_MS = 3_000;
/** Share of the round timeout that executing a block may take. */
const TIMEOUT_SHARE = 3;

/** H4: says when the worst block the gas limit allows would not be executed in time for its round. */
export function reportGasLimit({ config: { causeway } }: Genesis, log: Logger): void {
  const worstMs = Math.ceil(causeway.gasLimitTarget / WORST_GAS_PER_MS);
  const allowedMs = Math.floor(causeway.requestTimeoutMs / TIMEOUT_SHARE);
  if (worstMs <= allowedMs) return;
  log.warn(
    { gasLimitTarget: causeway.gasLimitTarget, worstMs, allowedMs },
    "a block full of the costliest precompile calls takes longer than a third of requestTimeoutMs: a proposer that makes one loses its round (H4)",
  );
}
