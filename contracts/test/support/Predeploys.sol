// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Test} from "./Test.sol";

/// @title Places contracts at fixed addresses the way a genesis is made (B9): by running their constructors there
abstract contract Predeploys is Test {
    address internal constant VALIDATOR_SET = address(0xca01);
    address internal constant OUTBOX = address(0xca02);
    address internal constant ORDERED_INBOX = address(0xca03);
    address internal constant ETHEREUM_VIEW = address(0xca04);
    address internal constant MINT = address(0xca05);

    function place(address target, bytes memory creationCode, bytes memory arguments) internal {
        vm.etch(target, bytes.concat(creationCode, arguments));
        (bool success, bytes memory runtimeCode) = target.call("");
        require(success, "constructor reverted");
        vm.etch(target, runtimeCode);
    }
}
