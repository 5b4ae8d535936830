// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Where a bridged token under construction reads its metadata (B10)
interface IMintMetadata {
    /// @notice Metadata of the token being deployed in this transaction; empty otherwise.
    function deploying() external view returns (string memory name, string memory symbol, uint8 decimals);
}
