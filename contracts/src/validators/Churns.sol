// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice Changes of one list since consensus last read it.
/// @param epoch Epoch they were made in (Epochs.numberAt); 0 before the first change.
/// @param used Changes made in it.
/// @param bound Changes allowed in it.
struct Churn {
    uint64 epoch;
    uint64 used;
    uint64 bound;
}

/// @title How much of a list may change in one epoch (V3)
/// @notice At most max(1, f) of the list as it was when the epoch began, so that two successive readings (V1) differ by
/// no more, whatever a growing or shrinking list would allow on the way.
library Churns {
    /// @notice Nothing more may change in this epoch.
    /// @param bound Changes allowed per epoch.
    /// @param epoch The epoch that is used up.
    error ChurnExhausted(uint256 bound, uint256 epoch);

    /// @notice Changes still allowed.
    /// @param size Size of the list now; it is the size at the epoch's begin when nothing changed since.
    function left(Churn memory churn, uint256 epoch, uint256 size) internal pure returns (uint256) {
        return churn.epoch == epoch ? churn.bound - churn.used : _bound(size);
    }

    /// @notice Counts one change.
    /// @param size Size of the list before the change.
    function spend(Churn storage churn, uint256 epoch, uint256 size) internal {
        if (churn.epoch != epoch) {
            (churn.epoch, churn.used, churn.bound) = (uint64(epoch), 0, uint64(_bound(size)));
        }
        if (churn.used == churn.bound) revert ChurnExhausted(churn.bound, epoch);
        ++churn.used;
    }

    /// @dev max(1, floor((n - 1) / 3)).
    function _bound(uint256 size) private pure returns (uint256) {
        return size < 4 ? 1 : (size - 1) / 3;
    }
}
