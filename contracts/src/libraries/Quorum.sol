// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Quorum size
library Quorum {
    /// @notice ceil(2n / 3): any two quorums share an honest member while at most floor((n - 1) / 3) are not. Rounding
    /// down instead accepts forgeries by 2 of 4 keys.
    /// @param n Size of the set.
    function threshold(uint256 n) internal pure returns (uint256) {
        return (2 * n + 2) / 3;
    }
}
