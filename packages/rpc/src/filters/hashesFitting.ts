/** JSON of a hash in a list. */
const HASH_BYTES = 69;

/** How many hashes an answer of so many bytes can list. */
export function hashesFitting(bytes: number): number {
  return Math.max(0, Math.floor((bytes - 1) / HASH_BYTES));
}
