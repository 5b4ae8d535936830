// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Gives ETH to an account that cannot refuse it (B10)
/// @dev Destroyed in the transaction that creates it, the one case in which EIP-6780 still moves the balance and
/// removes the contract.
contract ForcedTransfer {
    /// @param to Account to credit with the value sent.
    constructor(address payable to) payable {
        selfdestruct(to);
    }
}
