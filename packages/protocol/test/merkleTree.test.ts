import assert from "node:assert/strict";
import { concat, keccak256 } from "ethers";
import fc from "fast-check";
import { type Hash, ZERO_HASH } from "../src/hex.js";
import {
  EMPTY_ROOT,
  MerkleTree,
  merkleNode,
  rootFromProof,
  TREE_DEPTH,
  ZERO_HASHES,
} from "../src/merkleTree.js";
import { hashes } from "./support/arbitraries.js";

const leafLists = fc.array(hashes, { maxLength: 20 });

/** X4 by definition: fill up with zero subtrees, level by level. */
function rootByDefinition(leaves: readonly Hash[]): Hash {
  let level = [...leaves];
  for (let depth = 0; depth < TREE_DEPTH; depth++) {
    const zero = ZERO_HASHES[depth] as Hash;
    if (level.length % 2 === 1) level.push(zero);
    level = Array.from({ length: level.length / 2 }, (_, i) =>
      merkleNode(level[2 * i] as Hash, level[2 * i + 1] as Hash),
    );
    if (level.length === 0) return ZERO_HASHES[TREE_DEPTH] as Hash;
  }
  return level[0] as Hash;
}

function treeOf(leaves: readonly Hash[]): MerkleTree {
  const tree = new MerkleTree();
  for (const leaf of leaves) tree.append(leaf);
  return tree;
}

describe("MerkleTree (X4)", () => {
  it("zeroHash[i+1] = keccak256(zeroHash[i] ‖ zeroHash[i]); the empty root is zeroHash[32]", () => {
    assert.equal(ZERO_HASHES.length, 33);
    assert.equal(ZERO_HASHES[0], ZERO_HASH);
    for (let i = 0; i < 32; i++) {
      assert.equal(ZERO_HASHES[i + 1], keccak256(concat([ZERO_HASHES[i] as Hash, ZERO_HASHES[i] as Hash])));
    }
    assert.equal(new MerkleTree().root, EMPTY_ROOT);
  });

  it("has the root of the definition at every count", () => {
    fc.assert(
      fc.property(leafLists, (leaves) => {
        assert.equal(treeOf(leaves).root, rootByDefinition(leaves));
      }),
      { numRuns: 10 },
    );
  });

  it("every proof of 32 siblings leads to the root, and to no other from a wrong index or leaf", () => {
    fc.assert(
      fc.property(leafLists, (leaves) => {
        const tree = treeOf(leaves);
        for (const [index, leaf] of leaves.entries()) {
          const proof = tree.proof(index);
          assert.equal(proof.length, TREE_DEPTH);
          assert.equal(rootFromProof(leaf, index, proof), tree.root);
          assert.notEqual(rootFromProof(merkleNode(leaf, leaf), index, proof), tree.root);
          if (leaf !== proof[0]) assert.notEqual(rootFromProof(leaf, index ^ 1, proof), tree.root);
        }
      }),
      { numRuns: 5 },
    );
  });

  it("earlier roots and proofs stay available as the tree grows", () => {
    fc.assert(
      fc.property(leafLists, (leaves) => {
        const tree = treeOf(leaves);
        for (let count = 0; count <= leaves.length; count++) {
          const then = treeOf(leaves.slice(0, count));
          assert.equal(tree.rootAt(count), then.root);
          if (count > 0) assert.deepEqual(tree.proofAt(count - 1, count), then.proof(count - 1));
        }
      }),
      { numRuns: 5 },
    );
  });

  it("refuses leaves and counts it does not have", () => {
    const tree = treeOf([ZERO_HASH, ZERO_HASH]);
    for (const index of [-1, 2, 0.5]) assert.throws(() => tree.proof(index), RangeError);
    for (const count of [-1, 3, 1.5]) assert.throws(() => tree.rootAt(count), RangeError);
    assert.throws(() => tree.proofAt(1, 1), RangeError);
    assert.throws(() => tree.proofAt(0, 3), RangeError);
  });
});
