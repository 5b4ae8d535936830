// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Rules of a validator list (V1, V2)
library ValidatorSets {
    /// @notice Largest set anywhere (C17).
    uint256 internal constant MAX_SIZE = 64;

    /// @notice The size is outside [min, max].
    error SetSizeOutOfRange(uint256 size, uint256 min, uint256 max);

    /// @notice The entry at `index` is zero, or not greater than the one before it.
    error SetNotAscending(uint256 index);

    /// @notice keccak256(abi.encode(address[])).
    function hash(address[] memory set) internal pure returns (bytes32) {
        return keccak256(abi.encode(set));
    }

    /// @notice Reverts unless the set is strictly ascending, without zero, and of a size in [minSize, MAX_SIZE].
    function check(address[] memory set, uint256 minSize) internal pure {
        uint256 size = set.length;
        requireSize(size, minSize);
        address previous = address(0);
        for (uint256 i = 0; i < size; ++i) {
            if (set[i] <= previous) revert SetNotAscending(i);
            previous = set[i];
        }
    }

    /// @notice Reverts unless the size is in [minSize, MAX_SIZE].
    function requireSize(uint256 size, uint256 minSize) internal pure {
        if (size < minSize || size > MAX_SIZE) revert SetSizeOutOfRange(size, minSize, MAX_SIZE);
    }
}
