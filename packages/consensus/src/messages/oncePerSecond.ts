const SECOND_MS = 1000;

/**
 * C11: at most once per peer and second.
 * @returns the map with this moment in it and outdated ones gone, or null when the second is not over.
 */
export function oncePerSecond(
  lastMs: ReadonlyMap<string, number>,
  peer: string,
  nowMs: number,
): ReadonlyMap<string, number> | null {
  const recent = [...lastMs].filter(([, atMs]) => isWithinSecond(atMs, nowMs));
  if (recent.some(([other]) => other === peer)) return null;
  return new Map(recent).set(peer, nowMs);
}

/** Also false when the wall clock was set back, which must not silence anything. */
export function isWithinSecond(sinceMs: number, nowMs: number): boolean {
  return nowMs >= sinceMs && nowMs - sinceMs < SECOND_MS;
}
