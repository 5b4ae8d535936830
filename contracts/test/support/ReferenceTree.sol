// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title The Merkle tree of X4 by its definition, to check the incremental one against
library ReferenceTree {
    uint256 internal constant DEPTH = 32;

    function root(bytes32[] memory leaves) internal pure returns (bytes32) {
        return _walk(leaves, 0, false).root;
    }

    function proof(bytes32[] memory leaves, uint256 index) internal pure returns (bytes32[32] memory) {
        return _walk(leaves, index, true).siblings;
    }

    struct Walk {
        bytes32 root;
        bytes32[32] siblings;
    }

    /// @dev Hashes level by level; consumes its own copy of the leaves.
    function _walk(bytes32[] memory leaves, uint256 index, bool wantProof) private pure returns (Walk memory walk) {
        bytes32[] memory nodes = new bytes32[](leaves.length);
        for (uint256 i = 0; i < leaves.length; ++i) {
            nodes[i] = leaves[i];
        }
        uint256 size = leaves.length;
        bytes32 zero = 0;
        for (uint256 level = 0; level < DEPTH; ++level) {
            uint256 sibling = (index >> level) ^ 1;
            if (wantProof) walk.siblings[level] = sibling < size ? nodes[sibling] : zero;
            for (uint256 i = 0; i < size; i += 2) {
                nodes[i / 2] = keccak256(abi.encodePacked(nodes[i], i + 1 < size ? nodes[i + 1] : zero));
            }
            size = (size + 1) / 2;
            zero = keccak256(abi.encodePacked(zero, zero));
        }
        walk.root = size == 0 ? zero : nodes[0];
    }
}
