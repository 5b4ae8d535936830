// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Accumulator} from "../../src/libraries/Accumulator.sol";
import {MerkleTree} from "../../src/libraries/MerkleTree.sol";
import {Message, Messages} from "../../src/libraries/Messages.sol";
import {AccumulatingOutbox} from "../../src/messaging/AccumulatingOutbox.sol";
import {Outbox} from "../../src/messaging/Outbox.sol";
import {DelegateCaller} from "../mocks/DelegateCaller.sol";
import {ReferenceTree} from "../support/ReferenceTree.sol";
import {Test} from "../support/Test.sol";

contract OutboxTest is Test {
    AccumulatingOutbox private _outbox;

    function setUp() public {
        vm.chainId(1);
        _outbox = new AccumulatingOutbox(73311);
    }

    function _message(uint64 nonce, address sender, bytes memory data) private view returns (Message memory) {
        return Message(nonce, 1, address(_outbox), 73311, sender, address(0xbeef), 50_000, data);
    }

    function test_constructor_empty_succeeds() public view {
        assertEq(_outbox.root(), MerkleTree.EMPTY_ROOT, "root");
        assertEq(_outbox.count(), 0, "count");
        assertEq(_outbox.accAt(0), bytes32(0), "accumulator");
        assertEq(_outbox.DESTINATION_CHAIN_ID(), 73311, "destination");
    }

    function test_send_writesTheMessage_succeeds() public {
        Message memory message = _message(0, address(0xa11ce), "hello");
        vm.expectEmit(address(_outbox));
        emit Outbox.MessageSent(0, Messages.leaf(message), message);
        vm.prank(address(0xa11ce));
        uint64 nonce = _outbox.send(address(0xbeef), 50_000, "hello");
        assertEq(nonce, 0, "nonce");
        assertEq(_outbox.count(), 1, "count");
    }

    /// @dev Root, count and accumulator equal the definitions after every message.
    function testFuzz_send_matchesReference_succeeds(uint256 size, bytes calldata data) public {
        vm.assume(data.length <= 8_192);
        size = bound(size, 1, 70);
        bytes32[] memory leaves = new bytes32[](size);
        bytes32 acc = 0;
        for (uint64 i = 0; i < size; ++i) {
            leaves[i] = Messages.leaf(_message(i, address(this), data));
            acc = Accumulator.extend(acc, leaves[i]);
            _outbox.send(address(0xbeef), 50_000, data);
            assertEq(_outbox.accAt(i + 1), acc, "accumulator");
        }
        assertEq(_outbox.root(), ReferenceTree.root(leaves), "root");
        assertEq(_outbox.count(), size, "count");
    }

    function test_send_atTheLimits_succeeds() public {
        _outbox.send(address(0xbeef), 2_000_000, new bytes(8_192));
        assertEq(_outbox.count(), 1, "count");
    }

    function test_send_gasLimitTooHigh_reverts() public {
        vm.expectRevert(abi.encodeWithSelector(Outbox.GasLimitTooHigh.selector, 2_000_001, 2_000_000));
        _outbox.send(address(0xbeef), 2_000_001, "");
    }

    function test_send_dataTooLong_reverts() public {
        vm.expectRevert(abi.encodeWithSelector(Outbox.DataTooLong.selector, 8_193, 8_192));
        _outbox.send(address(0xbeef), 0, new bytes(8_193));
    }

    function test_send_delegateCall_reverts() public {
        DelegateCaller caller = new DelegateCaller();
        (bool success, bytes memory answer) =
            caller.run(address(_outbox), abi.encodeCall(_outbox.send, (address(0xbeef), 0, "")));
        assertTrue(!success, "ran in a foreign context");
        assertEq(bytes32(bytes4(answer)), bytes32(Outbox.DelegateCallRefused.selector), "error");
    }

    function test_send_fullTree_reverts() public {
        vm.store(address(_outbox), bytes32(uint256(1)), bytes32(uint256(2 ** 32 - 1)));
        vm.expectRevert(abi.encodeWithSelector(MerkleTree.TreeFull.selector));
        _outbox.send(address(0xbeef), 0, "");
    }

    function test_send_lastLeaf_succeeds() public {
        vm.store(address(_outbox), bytes32(uint256(1)), bytes32(uint256(2 ** 32 - 2)));
        assertEq(_outbox.send(address(0xbeef), 0, ""), 2 ** 32 - 2, "nonce");
    }
}
