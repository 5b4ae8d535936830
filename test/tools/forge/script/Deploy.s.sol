// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {Counter} from "../src/Counter.sol";

interface Vm {
    function startBroadcast() external;
    function stopBroadcast() external;
}

abstract contract Script {
    bool public constant IS_SCRIPT = true;
    Vm internal constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));
}

contract Deploy is Script {
    function run() external {
        vm.startBroadcast();
        Counter first = new Counter(1);
        Counter second = new Counter{salt: keccak256(abi.encode(msg.sender))}(11);
        first.up();
        second.up{value: 5}();
        vm.stopBroadcast();
    }
}

contract Fail is Script {
    function run() external {
        vm.startBroadcast();
        new Counter(100).up();
        vm.stopBroadcast();
    }
}
