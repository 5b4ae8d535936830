// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

contract Counter {
    error TooFar(uint256 count);

    event Counted(uint256 count);

    uint256 public count;

    constructor(uint256 first) {
        count = first;
    }

    function up(uint256 by) external {
        if (count + by > 100) revert TooFar(count);
        count += by;
        emit Counted(count);
    }
}
