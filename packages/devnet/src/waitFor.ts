import { setTimeout as delay } from "node:timers/promises";
import { CausewayError } from "@causeway/protocol/errors";

const POLL_INTERVAL_MS = 100;

export interface WaitOptions {
  /** Milliseconds after which the wait fails. */
  readonly timeoutMs: number;
  readonly intervalMs?: number;
  readonly signal?: AbortSignal;
}

/**
 * Poll until `probe` answers something other than null. A probe that throws counts as "not yet"; the last error is told.
 * @throws CausewayError "Timeout" naming `what`; the signal's reason when aborted.
 */
export async function waitFor<T>(
  what: string,
  probe: () => Promise<T | null> | T | null,
  { timeoutMs, intervalMs = POLL_INTERVAL_MS, signal }: WaitOptions,
): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  let lastError: unknown;
  while (performance.now() < deadline) {
    signal?.throwIfAborted();
    try {
      const answer = await probe();
      if (answer !== null) return answer;
    } catch (error) {
      lastError = error;
    }
    await delay(intervalMs, undefined, signal === undefined ? {} : { signal }).catch(() => {});
  }
  signal?.throwIfAborted();
  const detail = lastError instanceof Error ? `; last error: ${lastError.message}` : "";
  throw new CausewayError(
    { code: "Timeout", what },
    `gave up waiting for ${what} after ${timeoutMs / 1000} s${detail}`,
  );
}
