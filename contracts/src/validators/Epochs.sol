// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Where consensus reads the list (V1)
library Epochs {
    /// @notice Number of the epoch a block belongs to, from 1; 0 for the genesis block.
    /// @dev The list after the last block of an epoch, a multiple of `length`, is what the next one is sealed with: so all
    /// that changes the same reading has the same number.
    function numberAt(uint256 blockNumber, uint256 length) internal pure returns (uint256) {
        return (blockNumber + length - 1) / length;
    }

    /// @notice First block of an epoch >= 1.
    function firstBlock(uint256 epoch, uint256 length) internal pure returns (uint256) {
        return (epoch - 1) * length + 1;
    }
}
