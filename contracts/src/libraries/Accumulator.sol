// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Rolling hash over an ordered list of leaves (B1, B3)
/// @notice Zero at count 0. The sidechain keeps it over what it consumed and L1 over what it sent: equal values mean
/// that both saw the same messages in the same order.
library Accumulator {
    /// @notice keccak256(accumulator ++ leaf).
    function extend(bytes32 accumulator, bytes32 leaf) internal pure returns (bytes32) {
        return keccak256(abi.encodePacked(accumulator, leaf));
    }
}
