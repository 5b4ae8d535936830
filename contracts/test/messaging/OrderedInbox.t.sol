// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Accumulator} from "../../src/libraries/Accumulator.sol";
import {Message, Messages} from "../../src/libraries/Messages.sol";
import {Inbox} from "../../src/messaging/Inbox.sol";
import {OrderedInbox} from "../../src/messaging/OrderedInbox.sol";
import {Receiver} from "../mocks/Receiver.sol";
import {BridgeFixture} from "../support/BridgeFixture.sol";

contract OrderedInboxTest is BridgeFixture {
    uint256 private constant RESERVE = 40_000;

    Receiver private _receiver;

    function setUp() public {
        deployBridge(4, 4);
        _receiver = new Receiver();
    }

    function _send(address target, uint64 gasLimit) private returns (uint64 nonce) {
        onL1();
        nonce = l1Outbox.send(target, gasLimit, "data");
        collectMessages();
    }

    function _message(uint64 nonce) private view returns (Message memory) {
        return sent[address(l1Outbox)][nonce];
    }

    function _proof(uint64 nonce) private view returns (bytes32[32] memory) {
        return proofOf(address(l1Outbox), nonce, l1Outbox.count());
    }

    function _failOnce() private {
        _receiver.behave(Receiver.Mode.Revert);
        _send(address(_receiver), 100_000);
        attest();
        deliverNext();
    }

    // ---- deliver

    function test_deliver_next_succeeds() public {
        _send(address(_receiver), 100_000);
        attest();
        bytes32 leaf = Messages.leaf(_message(0));
        vm.expectEmit(ORDERED_INBOX);
        emit Inbox.MessageDelivered(0, leaf, true);
        deliverNext();

        assertEq(orderedInbox.count(), 1, "count");
        assertEq(orderedInbox.acc(), Accumulator.extend(0, leaf), "accumulator");
        assertEq(orderedInbox.acc(), l1Outbox.accAt(1), "L1's accumulator");
        assertEq(_receiver.lastNonce(), 0, "nonce");
        assertEq(_receiver.lastSourceChainId(), 1, "chain");
        assertEq(_receiver.lastSender(), address(this), "sender");
        assertEq(_receiver.lastCaller(), ORDERED_INBOX, "caller");
        assertTrue(_receiver.lastGas() >= 100_000, "gas floor");
    }

    /// @dev In any pattern of failures the accumulator stays L1's own.
    function testFuzz_deliver_accumulatorIsL1s_succeeds(uint256 failures, uint256 count) public {
        count = bound(count, 1, 12);
        for (uint256 i = 0; i < count; ++i) {
            _send((failures >> i) & 1 == 1 ? address(0xdead) : address(_receiver), 100_000);
        }
        attest();
        for (uint64 i = 0; i < count; ++i) {
            deliverNext();
            bool failed = (failures >> i) & 1 == 1;
            assertEq(orderedInbox.failed(i), failed ? Messages.leaf(_message(i)) : bytes32(0), "failed");
            assertEq(orderedInbox.acc(), l1Outbox.accAt(i + 1), "accumulator");
        }
        assertEq(orderedInbox.count(), count, "count");
    }

    function test_deliver_outOfOrder_reverts() public {
        _send(address(_receiver), 0);
        _send(address(_receiver), 0);
        attest();
        bytes32[32] memory proof = _proof(1);
        onSidechain();
        vm.expectRevert(abi.encodeWithSelector(OrderedInbox.OutOfOrder.selector, 1, 0));
        orderedInbox.deliver(_message(1), proof);
    }

    function test_deliver_twice_reverts() public {
        _send(address(_receiver), 0);
        attest();
        bytes32[32] memory proof = _proof(0);
        deliverNext();
        vm.expectRevert(abi.encodeWithSelector(OrderedInbox.OutOfOrder.selector, 0, 1));
        orderedInbox.deliver(_message(0), proof);
    }

    function test_deliver_nothingAccepted_reverts() public {
        _send(address(_receiver), 0);
        bytes32[32] memory proof = _proof(0);
        onSidechain();
        vm.expectRevert(abi.encodeWithSelector(Inbox.NotYetProvable.selector, 0, 0));
        orderedInbox.deliver(_message(0), proof);
    }

    function test_deliver_notUnderTheAcceptedRoot_reverts() public {
        _send(address(_receiver), 0);
        attest();
        deliverNext();
        _send(address(_receiver), 0);
        bytes32[32] memory proof = _proof(1);
        onSidechain();
        vm.expectRevert(abi.encodeWithSelector(Inbox.NotYetProvable.selector, 1, 1));
        orderedInbox.deliver(_message(1), proof);
    }

    /// @dev No field of a message, and no word of its proof, is without effect.
    function testFuzz_deliver_alteredMessage_reverts(uint256 field, uint256 change) public {
        _send(address(_receiver), 100_000);
        _send(address(_receiver), 100_000);
        attest();
        Message memory m = _message(0);
        bytes32[32] memory proof = _proof(0);
        change = change == 0 ? 1 : change;
        field %= 9;
        if (field == 0) m.sourceChainId ^= change;
        if (field == 1) m.sourceOutbox = address(uint160(m.sourceOutbox) ^ _narrow(change));
        if (field == 2) m.destinationChainId ^= change;
        if (field == 3) m.sender = address(uint160(m.sender) ^ _narrow(change));
        if (field == 4) m.target = address(uint160(m.target) ^ _narrow(change));
        if (field == 5) m.gasLimit ^= uint64(_narrow(change) | 1);
        if (field == 6) m.data = abi.encode(change);
        if (field == 7) m.nonce ^= uint64(_narrow(change) | 1);
        if (field == 8) proof[change % 32] ^= bytes32(change);
        onSidechain();
        (bool success,) = ORDERED_INBOX.call(abi.encodeCall(orderedInbox.deliver, (m, proof)));
        assertTrue(!success, "delivered");
        assertEq(orderedInbox.count(), 0, "count");
    }

    function _narrow(uint256 change) private pure returns (uint160) {
        return uint160(change) == 0 ? 1 : uint160(change);
    }

    function test_deliver_proofMismatch_reverts() public {
        _send(address(_receiver), 0);
        attest();
        Message memory m = _message(0);
        m.sender = address(vault);
        bytes32[32] memory proof = _proof(0);
        onSidechain();
        vm.expectPartialRevert(Inbox.ProofMismatch.selector);
        orderedInbox.deliver(m, proof);
    }

    function test_deliver_wrongDestination_reverts() public {
        _send(address(_receiver), 0);
        attest();
        bytes32[32] memory proof = _proof(0);
        onL1();
        vm.expectRevert(abi.encodeWithSelector(Inbox.WrongDestination.selector, SIDECHAIN_ID, 1));
        orderedInbox.deliver(_message(0), proof);
    }

    function test_deliver_wrongSource_reverts() public {
        _send(address(_receiver), 0);
        attest();
        Message memory m = _message(0);
        m.sourceOutbox = address(0xbad);
        bytes32[32] memory proof = _proof(0);
        onSidechain();
        vm.expectRevert(abi.encodeWithSelector(Inbox.WrongSource.selector, 1, address(0xbad)));
        orderedInbox.deliver(m, proof);
    }

    // ---- calls that fail are consumed

    function _consumesFailed(Receiver.Mode mode) private {
        _receiver.behave(mode);
        _send(address(_receiver), 100_000);
        attest();
        bytes32 leaf = Messages.leaf(_message(0));
        vm.expectEmit(ORDERED_INBOX);
        emit Inbox.MessageDelivered(0, leaf, false);
        deliverNext();
        assertEq(orderedInbox.count(), 1, "count");
        assertEq(orderedInbox.failed(0), leaf, "failed");
        assertEq(_receiver.calls(), 0, "calls");
    }

    function test_deliver_targetReverts_succeeds() public {
        _consumesFailed(Receiver.Mode.Revert);
    }

    function test_deliver_targetReturnsBomb_succeeds() public {
        _consumesFailed(Receiver.Mode.ReturnBomb);
    }

    function test_deliver_targetWithoutCode_succeeds() public {
        _send(account("nobody"), 100_000);
        attest();
        deliverNext();
        assertEq(orderedInbox.failed(0), Messages.leaf(_message(0)), "failed");
    }

    function test_deliver_targetReenters_succeeds() public {
        _send(address(_receiver), 1_000_000);
        _send(address(_receiver), 100_000);
        attest();
        bytes memory call = abi.encodeCall(orderedInbox.deliver, (_message(1), _proof(1)));
        _receiver.callBack(ORDERED_INBOX, call);
        deliverNext();
        assertEq(orderedInbox.count(), 1, "count");
        assertEq(orderedInbox.failed(0), Messages.leaf(_message(0)), "failed");
    }

    /// @dev B4's reserve pays for storing the failure even if the target burns everything at the exact floor.
    function testFuzz_deliver_targetBurnsGasAtTheFloor_succeeds(uint64 gasLimit) public {
        gasLimit = uint64(bound(gasLimit, 0, 2_000_000));
        _receiver.behave(Receiver.Mode.BurnGas);
        _send(address(_receiver), gasLimit);
        attest();
        uint256 gas = _leastGas(0);
        (bool success,) = ORDERED_INBOX.call{gas: gas}(_deliverCall(0));
        assertTrue(success, "reverted at the floor");
        assertEq(orderedInbox.failed(0), Messages.leaf(_message(0)), "failed");
    }

    function _deliverCall(uint64 nonce) private view returns (bytes memory) {
        return abi.encodeCall(orderedInbox.deliver, (_message(nonce), _proof(nonce)));
    }

    /// @dev Least gas with which `deliver` does not report GasBelowFloor. With very little it runs out before it looks;
    /// steps far below the reserve find the range in which it reports, and the report says what is missing.
    function _leastGas(uint64 nonce) private returns (uint256 gas) {
        onSidechain();
        bytes memory call = _deliverCall(nonce);
        bytes4 selector;
        bytes memory answer;
        for (gas = RESERVE; selector != Inbox.GasBelowFloor.selector; gas += RESERVE / 8) {
            answer = _probe(gas, call);
            selector = bytes4(answer);
        }
        gas -= RESERVE / 8;
        while (bytes4(answer) == Inbox.GasBelowFloor.selector) {
            (uint256 have, uint256 need) = this.decodeFloor(answer);
            gas += need - have;
            answer = _probe(gas, call);
        }
    }

    function _probe(uint256 gas, bytes memory call) private returns (bytes memory answer) {
        bool success;
        (success, answer) = address(this).call(abi.encodeCall(this.probe, (gas, call)));
        require(!success, "probe must revert");
    }

    /// @dev Calls and always reverts, so that nothing of the attempt remains.
    function probe(uint256 gas, bytes calldata call) external {
        (bool success, bytes memory answer) = ORDERED_INBOX.call{gas: gas}(call);
        if (success) revert();
        assembly {
            revert(add(answer, 0x20), mload(answer))
        }
    }

    function decodeFloor(bytes calldata answer) external pure returns (uint256 have, uint256 need) {
        return abi.decode(answer[4:], (uint256, uint256));
    }

    function testFuzz_deliver_gasLimitIsAFloor_succeeds(uint64 gasLimit) public {
        gasLimit = uint64(bound(gasLimit, 250_000, 2_000_000));
        _send(address(_receiver), gasLimit);
        attest();
        uint256 gas = _leastGas(0);
        (bool success,) = ORDERED_INBOX.call{gas: gas}(_deliverCall(0));
        assertTrue(success, "reverted at the floor");
        // What the receiver spent before its first instruction that could look.
        assertTrue(_receiver.lastGas() + 1_000 >= gasLimit, "less than the gas limit");
    }

    function test_deliver_belowGasFloor_reverts() public {
        _send(address(_receiver), 1_000_000);
        attest();
        onSidechain();
        (bool success, bytes memory answer) = ORDERED_INBOX.call{gas: 1_000_000}(_deliverCall(0));
        assertTrue(!success, "delivered below the floor");
        assertEq(bytes32(bytes4(answer)), bytes32(Inbox.GasBelowFloor.selector), "error");
        assertEq(orderedInbox.count(), 0, "count");
    }

    // ---- retry

    function test_retry_succeeds() public {
        _failOnce();
        _receiver.behave(Receiver.Mode.Accept);
        vm.expectEmit(ORDERED_INBOX);
        emit Inbox.MessageRetried(0, Messages.leaf(_message(0)));
        orderedInbox.retry(_message(0));
        assertEq(_receiver.calls(), 1, "calls");
        assertEq(orderedInbox.failed(0), bytes32(0), "failed");
        assertEq(orderedInbox.count(), 1, "count");
    }

    function test_retry_twice_reverts() public {
        _failOnce();
        _receiver.behave(Receiver.Mode.Accept);
        orderedInbox.retry(_message(0));
        bytes32 leaf = Messages.leaf(_message(0));
        vm.expectRevert(abi.encodeWithSelector(Inbox.NotFailed.selector, 0, leaf));
        orderedInbox.retry(_message(0));
    }

    function test_retry_otherContent_reverts() public {
        _failOnce();
        Message memory m = _message(0);
        m.data = "other";
        vm.expectRevert(abi.encodeWithSelector(Inbox.NotFailed.selector, 0, Messages.leaf(m)));
        orderedInbox.retry(m);
    }

    function test_retry_neverDelivered_reverts() public {
        _send(address(_receiver), 0);
        onSidechain();
        bytes32 leaf = Messages.leaf(_message(0));
        vm.expectRevert(abi.encodeWithSelector(Inbox.NotFailed.selector, 0, leaf));
        orderedInbox.retry(_message(0));
    }

    function test_retry_failsAgain_reverts() public {
        _failOnce();
        vm.expectRevert(abi.encodeWithSelector(Inbox.RetryFailed.selector, 0));
        orderedInbox.retry(_message(0));
        assertEq(orderedInbox.failed(0), Messages.leaf(_message(0)), "failed");
    }

    function test_retry_belowGasFloor_reverts() public {
        _failOnce();
        (bool success, bytes memory answer) =
            ORDERED_INBOX.call{gas: 120_000}(abi.encodeCall(orderedInbox.retry, (_message(0))));
        assertTrue(!success, "retried below the floor");
        assertEq(bytes32(bytes4(answer)), bytes32(Inbox.GasBelowFloor.selector), "error");
        assertEq(orderedInbox.failed(0), Messages.leaf(_message(0)), "failed");
    }

    /// @dev Marked done before the call: a target cannot run its own message twice.
    function test_retry_reenters_reverts() public {
        _failOnce();
        _receiver.callBack(ORDERED_INBOX, abi.encodeCall(orderedInbox.retry, (_message(0))));
        vm.expectRevert(abi.encodeWithSelector(Inbox.RetryFailed.selector, 0));
        orderedInbox.retry(_message(0));
    }
}
