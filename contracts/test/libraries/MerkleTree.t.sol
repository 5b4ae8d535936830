// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {MerkleTree} from "../../src/libraries/MerkleTree.sol";
import {ReferenceTree} from "../support/ReferenceTree.sol";
import {Test} from "../support/Test.sol";

contract MerkleTreeTest is Test {
    bytes32[32] private _branch;

    function rootFrom(bytes32 leaf, uint256 index, bytes32[32] calldata proof) external pure returns (bytes32) {
        return MerkleTree.rootFrom(leaf, index, proof);
    }

    function _leaves(uint256 size, bytes32 seed) private pure returns (bytes32[] memory leaves) {
        leaves = new bytes32[](size);
        for (uint256 i = 0; i < size; ++i) {
            leaves[i] = keccak256(abi.encode(seed, i));
        }
    }

    /// @dev Root after each append, and a proof of every leaf, by the definition.
    function testFuzz_append_provesEveryLeaf(uint256 size, uint256 index, bytes32 seed) public {
        size = bound(size, 1, 130);
        index = bound(index, 0, size - 1);
        bytes32[] memory leaves = _leaves(size, seed);
        bytes32 root;
        for (uint256 i = 0; i < size; ++i) {
            root = MerkleTree.append(_branch, i, leaves[i]);
        }
        assertEq(root, ReferenceTree.root(leaves), "root");
        assertEq(this.rootFrom(leaves[index], index, ReferenceTree.proof(leaves, index)), root, "proof");
    }

    /// @dev A proof binds its index: the same leaf and siblings at another place lead elsewhere.
    function testFuzz_rootFrom_anotherIndex_differs(uint256 index, uint256 other, bytes32 seed) public view {
        index = bound(index, 0, 19);
        other = bound(other, 0, 2 ** 32 - 1);
        vm.assume(index != other);
        bytes32[] memory leaves = _leaves(20, seed);
        bytes32[32] memory proof = ReferenceTree.proof(leaves, index);
        assertTrue(this.rootFrom(leaves[index], other, proof) != ReferenceTree.root(leaves), "commutative");
    }

    function testFuzz_rootFrom_anotherLeaf_differs(bytes32 leaf, uint256 index) public view {
        index = bound(index, 0, 19);
        bytes32[] memory leaves = _leaves(20, "seed");
        vm.assume(leaf != leaves[index]);
        bytes32[32] memory proof = ReferenceTree.proof(leaves, index);
        assertTrue(this.rootFrom(leaf, index, proof) != ReferenceTree.root(leaves), "proved");
    }
}
