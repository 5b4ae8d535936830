const INTERVAL_MS = 1_000;
const MIB = 1024 * 1024;

/** A reporter that lets one line a second through to stderr. */
export function progress<T>(line: (value: T) => string): (value: T) => void {
  let next = performance.now() + INTERVAL_MS;
  return (value) => {
    if (performance.now() < next) return;
    next = performance.now() + INTERVAL_MS;
    process.stderr.write(`${line(value)}\n`);
  };
}

/** What has gone by of a state. */
export function stateProgress(verb: string) {
  return progress<{ readonly items: number; readonly bytes: number }>(
    ({ items, bytes }) => `${verb}: ${items} trie nodes and contracts, ${(bytes / MIB).toFixed(1)} MiB`,
  );
}
