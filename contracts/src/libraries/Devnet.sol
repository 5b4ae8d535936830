// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Which chains are devnets (C17)
library Devnet {
    /// @notice A devnet is a chain joined to an L1 with this chain id. Only there may the floors of the protocol be low.
    uint256 internal constant L1_CHAIN_ID = 31337;

    /// @notice Fewest validators, and fewest attesters, outside devnets: below four no fault is tolerated.
    uint256 internal constant MIN_MEMBERS = 4;

    /// @notice Fewest members allowed with that L1.
    function minMembers(uint256 l1ChainId) internal pure returns (uint256) {
        return l1ChainId == L1_CHAIN_ID ? 1 : MIN_MEMBERS;
    }
}
