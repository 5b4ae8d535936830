/** The smaller; Math.min takes no bigint. */
export function minOf(a: bigint, b: bigint): bigint {
  if (a < b) return a;
  return b;
}

/** The greater; Math.max takes no bigint. */
export function maxOf(a: bigint, b: bigint): bigint {
  if (a > b) return a;
  return b;
}
