/**
 * Begin one task after the other, so many at a time.
 * @returns the result of each, in the order of the tasks; all begin whether anybody waits for them or not.
 */
export function inTurns<T>(tasks: readonly (() => Promise<T>)[], atOnce: number): Promise<T>[] {
  const results = tasks.map((task) => {
    let begin = () => {};
    const begun = new Promise<void>((resolve) => {
      begin = resolve;
    });
    const result = begun.then(task);
    // Whoever waits for it sees the error; until somebody does it is not unhandled.
    result.catch(() => undefined);
    return { begin, result };
  });
  const waiting = [...results];
  const next = () => {
    const first = waiting.shift();
    first?.begin();
    void first?.result.catch(() => undefined).then(next);
  };
  for (let i = 0; i < atOnce; i++) next();
  return results.map(({ result }) => result);
}
