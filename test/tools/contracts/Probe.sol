// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

/// @title What clients look at: storage, events, and every way a call can fail.
contract Probe {
    error Refused(address who, uint256 amount);

    event Stored(address indexed who, uint256 indexed key, bytes data);

    uint256 public value;
    mapping(uint256 key => uint256) public slots;

    constructor(uint256 first) payable {
        value = first;
    }

    function store(uint256 key, bytes calldata data) external payable {
        value = key;
        slots[key] = data.length;
        emit Stored(msg.sender, key, data);
    }

    function failWithReason() external pure {
        require(false, "not today");
    }

    function failWithError(uint256 amount) external view {
        revert Refused(msg.sender, amount);
    }

    function failWithPanic(uint256 divisor) external pure returns (uint256) {
        return 1 / divisor;
    }

    function failWithNothing() external pure {
        // solhint-disable-next-line
        revert();
    }

    /// @dev One contract creating another, which then calls back: calls within calls.
    function nest() external returns (address child) {
        child = address(new Nested());
        Nested(child).call(this);
    }

    function counterpart() external view returns (address) {
        return msg.sender;
    }
}

contract Nested {
    function call(Probe probe) external returns (address) {
        try probe.failWithReason() {} catch {}
        return probe.counterpart();
    }
}
