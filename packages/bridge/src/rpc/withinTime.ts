/**
 * Run something that a time limit or an outer signal gives up. AbortSignal.any would do, but keeps every signal it made
 * alive as long as the longest-lived of its sources, which for whoever polls is as long as the process.
 * @param timeoutMs milliseconds; the reason of the signal then names them.
 */
export async function withinTime<T>(
  timeoutMs: number,
  outer: AbortSignal | undefined,
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const giveUp = () => controller.abort(outer?.reason);
  const timer = setTimeout(() => controller.abort(new Error(`time limit of ${timeoutMs} ms`)), timeoutMs);
  outer?.addEventListener("abort", giveUp);
  if (outer?.aborted) giveUp();
  try {
    return await run(controller.signal);
  } finally {
    clearTimeout(timer);
    outer?.removeEventListener("abort", giveUp);
  }
}
