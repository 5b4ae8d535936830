// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

/// @title Code for an account that delegates (EIP-7702): several calls in one transaction of its own.
contract BatchAccount {
    struct Call {
        address to;
        uint256 value;
        bytes data;
    }

    error NotSelf();
    error CallFailed(uint256 index);

    event Executed(uint256 calls);

    receive() external payable {}

    function execute(Call[] calldata calls) external payable {
        if (msg.sender != address(this)) revert NotSelf();
        for (uint256 i; i < calls.length; ++i) {
            (bool ok,) = calls[i].to.call{value: calls[i].value}(calls[i].data);
            if (!ok) revert CallFailed(i);
        }
        emit Executed(calls.length);
    }
}
