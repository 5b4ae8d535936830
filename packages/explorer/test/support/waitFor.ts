/** Poll `probe` until it returns something. @throws Error naming `what` after the bound. */
export async function waitFor<T>(
  what: string,
  probe: () => T | null | undefined | false | Promise<T | null | undefined | false>,
  boundMs = 150_000,
): Promise<T> {
  const deadlineMs = performance.now() + boundMs;
  for (;;) {
    const value = await probe();
    if (value !== null && value !== undefined && value !== false) return value;
    if (performance.now() > deadlineMs) throw new Error(`waited ${boundMs} ms for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
