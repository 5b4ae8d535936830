// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Who may attest L1 (B7)
interface IAttesterSet {
    /// @notice The attesters, strictly ascending.
    function attesters() external view returns (address[] memory);
}
