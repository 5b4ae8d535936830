// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

contract ForkTest {
    /// @dev The chain of the node: its id, its validator set, and the hash of an earlier block.
    function test_forkedState() external view {
        require(block.chainid == 73_311, "chain id");
        require(address(0xCA01).code.length > 0, "no ValidatorSet");
        require(blockhash(block.number - 1) != 0, "no block hash");
    }
}
