/** Poll until `condition` gives something other than false, null or undefined. @throws after the bound, naming `what`. */
export async function waitFor<T>(
  what: string,
  condition: () => T | Promise<T>,
  boundMs = 150_000,
): Promise<NonNullable<Exclude<T, false>>> {
  const deadline = performance.now() + boundMs;
  for (;;) {
    const value = await condition();
    if (value !== false && value !== null && value !== undefined)
      return value as NonNullable<Exclude<T, false>>;
    if (performance.now() > deadline) throw new Error(`waited ${boundMs} ms for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
