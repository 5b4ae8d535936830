// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Checkpoint} from "../libraries/Checkpoints.sol";
import {IRemoteView} from "./IRemoteView.sol";

/// @title A view that keeps every checkpoint it accepted (B5)
interface ICheckpointView is IRemoteView {
    /// @notice Whether this checkpoint was accepted at that time and place in the list.
    /// @param checkpoint The checkpoint.
    /// @param acceptedAt L1 time of its acceptance, seconds.
    /// @param index Its position in the list.
    function isAccepted(Checkpoint calldata checkpoint, uint256 acceptedAt, uint256 index) external view returns (bool);

    /// @notice Whether a freeze voided the checkpoints accepted at this time (B6).
    /// @param acceptedAt L1 time of acceptance, seconds.
    function isVoid(uint256 acceptedAt) external view returns (bool);
}
