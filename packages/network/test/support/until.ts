import { setTimeout as delay } from "node:timers/promises";

const POLL_MS = 10;

/** Wait for a condition, at most `boundMs`. @throws when it does not come true. */
export async function until(what: string, condition: () => boolean, boundMs = 150_000): Promise<void> {
  const deadline = performance.now() + boundMs;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`not within ${boundMs} ms: ${what}`);
    await delay(POLL_MS);
  }
}
