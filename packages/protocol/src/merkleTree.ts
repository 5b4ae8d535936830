import { concat, keccak256 } from "ethers";
import { type Hash, ZERO_HASH } from "./hex.js";

/** Depth of the outbox tree (B1). */
export const TREE_DEPTH = 32;

/** node = keccak256(left ‖ right), X4. */
export function merkleNode(left: Hash, right: Hash): Hash {
  return keccak256(concat([left, right])) as Hash;
}

/** zeroHash[0] = 0x0, zeroHash[i+1] = keccak256(zeroHash[i] ‖ zeroHash[i]), indices 0 to 32. */
export const ZERO_HASHES: readonly Hash[] = Array.from({ length: TREE_DEPTH }).reduce<Hash[]>(
  (hashes) => {
    const last = hashes[hashes.length - 1] as Hash;
    hashes.push(merkleNode(last, last));
    return hashes;
  },
  [ZERO_HASH],
);

/** Root of the tree without leaves: zeroHash[32]. */
export const EMPTY_ROOT = ZERO_HASHES[TREE_DEPTH] as Hash;

/**
 * Append-only Merkle tree of message leaves (X4), all levels kept so that any proof is 32 look-ups.
 * Memory: about two hashes a leaf.
 */
export class MerkleTree {
  private readonly levels: Hash[][] = Array.from({ length: TREE_DEPTH + 1 }, () => []);

  get count(): number {
    return (this.levels[0] as Hash[]).length;
  }

  get root(): Hash {
    return this.node(TREE_DEPTH, 0);
  }

  append(leaf: Hash): void {
    let index = this.count;
    (this.levels[0] as Hash[]).push(leaf);
    for (let level = 0; level < TREE_DEPTH; level++) {
      const left = index - (index % 2);
      (this.levels[level + 1] as Hash[])[index >> 1] = merkleNode(
        this.node(level, left),
        this.node(level, left + 1),
      );
      index >>= 1;
    }
  }

  /**
   * Siblings bottom up of leaf `index`, always 32.
   * @throws RangeError when there is no such leaf.
   */
  proof(index: number): Hash[] {
    if (!Number.isSafeInteger(index) || index < 0 || index >= this.count) {
      throw new RangeError(`leaf ${index} is not in a tree of ${this.count} leaves`);
    }
    return Array.from({ length: TREE_DEPTH }, (_, level) =>
      this.node(level, Math.floor(index / 2 ** level) ^ 1),
    );
  }

  /**
   * Root of the tree when it had `count` leaves: any earlier root is a prefix of this tree.
   * @throws RangeError when the tree has fewer leaves.
   */
  rootAt(count: number): Hash {
    this.assertPast(count);
    return this.nodeAt(TREE_DEPTH, 0, count);
  }

  /**
   * Siblings bottom up of leaf `index` in the tree of the first `count` leaves.
   * @throws RangeError when there is no such leaf or the tree has fewer leaves.
   */
  proofAt(index: number, count: number): Hash[] {
    this.assertPast(count);
    if (!Number.isSafeInteger(index) || index < 0 || index >= count) {
      throw new RangeError(`leaf ${index} is not in a tree of ${count} leaves`);
    }
    return Array.from({ length: TREE_DEPTH }, (_, level) =>
      this.nodeAt(level, Math.floor(index / 2 ** level) ^ 1, count),
    );
  }

  private assertPast(count: number): void {
    if (!Number.isSafeInteger(count) || count < 0 || count > this.count) {
      throw new RangeError(`the tree has ${this.count} leaves, not yet ${count}`);
    }
  }

  private node(level: number, index: number): Hash {
    return this.levels[level]?.[index] ?? (ZERO_HASHES[level] as Hash);
  }

  /** A subtree full at `count` never changes again; at most one node per level is partly filled. */
  private nodeAt(level: number, index: number, count: number): Hash {
    const width = 2 ** level;
    if (index * width >= count) return ZERO_HASHES[level] as Hash;
    if ((index + 1) * width <= count) return this.node(level, index);
    return merkleNode(this.nodeAt(level - 1, 2 * index, count), this.nodeAt(level - 1, 2 * index + 1, count));
  }
}

/** Root that `proof` leads to from `leaf` at `index`. */
export function rootFromProof(leaf: Hash, index: number, proof: readonly Hash[]): Hash {
  return proof.reduce<Hash>(
    (node, sibling, level) =>
      Math.floor(index / 2 ** level) % 2 === 0 ? merkleNode(node, sibling) : merkleNode(sibling, node),
    leaf,
  );
}

/** Running hash over all leaves in order: keccak256(acc ‖ leaf), 0x0 at count 0 (B3, X4). */
export function accumulate(acc: Hash, leaf: Hash): Hash {
  return keccak256(concat([acc, leaf])) as Hash;
}
