// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Who may attest L1 (B7)
interface IAttesterSet {
    /// @notice The attesters, strictly ascending.
    function attesters() external view returns (address[] memory);

    /// @notice Number of changes made to them since genesis: a set that comes back is not the one that was.
    function attesterChanges() external view returns (uint256);
}
