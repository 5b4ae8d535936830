import type { ConsensusConfig } from "../config.js";

/** The exponent stops here: 2^6 request timeouts already reach every sensible maximum (C7). */
const MAX_DOUBLINGS = 6;

/** C7: requestTimeoutMs · 2^min(r, 6), at most maxRequestTimeoutMs. */
export function roundTimeoutMs(config: ConsensusConfig, round: number): number {
  const doubled = config.requestTimeoutMs * 2 ** Math.min(round, MAX_DOUBLINGS);
  return Math.min(doubled, config.maxRequestTimeoutMs);
}
