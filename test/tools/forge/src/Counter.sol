// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

contract Counter {
    uint256 public count;

    constructor(uint256 first) {
        count = first;
    }

    function up() external payable {
        require(count < 100, "counted too far");
        ++count;
    }
}
