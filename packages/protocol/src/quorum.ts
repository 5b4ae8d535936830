/** f: how many of n validators may be byzantine, floor((n-1)/3). */
export function maxFaulty(n: number): number {
  return Math.floor((n - 1) / 3);
}

/**
 * q: how many distinct signers certify, ceil(2n/3). Two quorums share more than f validators for every n;
 * 2f+1 does not guarantee that when n ≠ 3f+1.
 */
export function quorum(n: number): number {
  return Math.ceil((2 * n) / 3);
}
