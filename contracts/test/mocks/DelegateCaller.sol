// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Runs another contract's code in its own context
contract DelegateCaller {
    function run(address code, bytes calldata call) external returns (bool success, bytes memory answer) {
        return code.delegatecall(call);
    }
}
