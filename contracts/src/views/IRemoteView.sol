// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title How one chain learns the other's Outbox
interface IRemoteView {
    /// @notice Newest accepted state of the remote Outbox.
    /// @return root Its Merkle root, zero while nothing was accepted.
    /// @return count Its number of messages.
    function latestOutbox() external view returns (bytes32 root, uint64 count);
}
