/** Forks of Ethereum that changed what a block or transaction may be or do, oldest first. */
const FORKS = [
  "frontier",
  "homestead",
  "tangerineWhistle",
  "spuriousDragon",
  "byzantium",
  "constantinople",
  "petersburg",
  "istanbul",
  "muirGlacier",
  "berlin",
  "london",
  "arrowGlacier",
  "grayGlacier",
  "paris",
  "shanghai",
  "cancun",
  "prague",
  "osaka",
  "bpo1",
  "bpo2",
  "bpo3",
  "bpo4",
  "bpo5",
] as const;

export type Fork = (typeof FORKS)[number];

const ORDER: ReadonlyMap<Fork, number> = new Map(FORKS.map((fork, i) => [fork, i]));

/** Whether the rules of `other` hold at `fork`. */
export function hasFork(fork: Fork, other: Fork): boolean {
  return (ORDER.get(fork) ?? 0) >= (ORDER.get(other) ?? 0);
}
