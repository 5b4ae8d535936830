/** Bits for each hash expected: about one hash in a thousand is then taken for one that was added. */
const BITS_PER_HASH = 16;
const BITS_MIN_LOG2 = 16;
/** 512 MiB of memory: enough for 268 million hashes at full accuracy. */
const BITS_MAX_LOG2 = 32;
/** Each 32-bit word of a hash names one bit. */
const PROBES = 6;

/**
 * A Bloom filter of Keccak hashes: it knows every hash that was added, and takes a few others for known. Whoever keeps
 * what it knows keeps a little too much, in memory that does not grow with what is kept.
 */
export class HashFilter {
  readonly #words: Uint32Array;
  /** A word's highest bits, as many as name a bit of the filter. */
  readonly #shift: number;

  /** @param expected hashes that will be added; more make it less accurate, never wrong. */
  constructor(expected: number) {
    const wanted = Math.ceil(Math.log2(Math.max(expected, 1) * BITS_PER_HASH));
    const log2 = Math.min(Math.max(wanted, BITS_MIN_LOG2), BITS_MAX_LOG2);
    this.#words = new Uint32Array(2 ** (log2 - 5));
    this.#shift = 32 - log2;
  }

  /** @param hash 32 bytes. */
  add(hash: Uint8Array): void {
    for (let i = 0; i < PROBES; i++) {
      const bit = this.#bit(hash, i);
      const word = bit >>> 5;
      this.#words[word] = (this.#words[word] as number) | (1 << (bit & 31));
    }
  }

  has(hash: Uint8Array): boolean {
    for (let i = 0; i < PROBES; i++) {
      const bit = this.#bit(hash, i);
      if (((this.#words[bit >>> 5] as number) & (1 << (bit & 31))) === 0) return false;
    }
    return true;
  }

  #bit(hash: Uint8Array, probe: number): number {
    const at = probe * 4;
    const word =
      ((hash[at] as number) << 24) |
      ((hash[at + 1] as number) << 16) |
      ((hash[at + 2] as number) << 8) |
      (hash[at + 3] as number);
    return word >>> this.#shift;
  }
}
