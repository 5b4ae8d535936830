// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Accumulator} from "../libraries/Accumulator.sol";
import {Outbox} from "./Outbox.sol";

/// @title L1's Outbox (B1)
/// @notice Also keeps the accumulator of every count, so that SidechainView can check what a checkpoint says the
/// sidechain consumed (B5).
contract AccumulatingOutbox is Outbox {
    /// @notice Accumulator over the first `count` messages: accAt[0] = 0, accAt[n + 1] = keccak256(accAt[n] ++ leaf n).
    mapping(uint64 count => bytes32 accumulator) public accAt;

    /// @param destinationChainId Chain id of the sidechain.
    constructor(uint256 destinationChainId) Outbox(destinationChainId) {}

    function _appended(uint64 nonce, bytes32 leaf) internal override {
        accAt[nonce + 1] = Accumulator.extend(accAt[nonce], leaf);
    }
}
