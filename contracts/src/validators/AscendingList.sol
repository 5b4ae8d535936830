// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title A short list of addresses, strictly ascending (V2)
/// @dev Callers keep it short (ValidatorSets.MAX_SIZE) and without doubles.
library AscendingList {
    /// @notice Whether `entry` is in the list.
    function contains(address[] memory list, address entry) internal pure returns (bool) {
        for (uint256 i = 0; i < list.length; ++i) {
            if (list[i] == entry) return true;
        }
        return false;
    }

    /// @notice Puts an entry that the list does not hold at its place.
    function insert(address[] storage list, address entry) internal {
        list.push(entry);
        uint256 i = list.length - 1;
        for (; i > 0 && list[i - 1] > entry; --i) {
            list[i] = list[i - 1];
        }
        list[i] = entry;
    }

    /// @notice Takes out an entry that the list holds.
    function remove(address[] storage list, address entry) internal {
        uint256 i = 0;
        while (list[i] != entry) {
            ++i;
        }
        for (uint256 last = list.length - 1; i < last; ++i) {
            list[i] = list[i + 1];
        }
        list.pop();
    }
}
