// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Checkpoint} from "../../src/libraries/Checkpoints.sol";
import {Seals} from "../../src/libraries/Seals.sol";
import {ValidatorSets} from "../../src/libraries/ValidatorSets.sol";
import {SidechainView} from "../../src/views/SidechainView.sol";
import {BridgeFixture} from "../support/BridgeFixture.sol";

/// @title Two certificates that exclude each other close the view (F2, B6)
contract SidechainViewConflictTest is BridgeFixture {
    function setUp() public {
        deployBridge(4, 4);
    }

    function _report(Checkpoint memory a, Checkpoint memory b, bytes memory reason) private {
        (uint256 signersA, bytes memory sealsA) = certify(a);
        // Another quorum than a's: what counts is the set.
        bytes memory sealsB = sealsOf(validators, 14, sidechainView.digest(b));
        onL1();
        if (reason.length != 0) vm.expectRevert(reason);
        sidechainView.reportConflict(a, signersA, sealsA, b, 14, sealsB, validators.addresses);
    }

    function _report(Checkpoint memory a, Checkpoint memory b) private {
        _report(a, b, "");
        assertEq(sidechainView.frozenAt(), vm.getBlockTimestamp(), "frozen");
    }

    function _noConflict(Checkpoint memory a, Checkpoint memory b) private {
        _report(a, b, abi.encodeWithSelector(SidechainView.NoConflict.selector));
        assertEq(sidechainView.frozenAt(), 0, "frozen");
    }

    function test_reportConflict_twoBlocksAtOneHeight_succeeds() public {
        Checkpoint memory a = nextCheckpoint();
        Checkpoint memory b = nextCheckpoint();
        b.blockHash = keccak256("another block");
        vm.expectEmit(address(sidechainView));
        emit SidechainView.Froze(a, b);
        _report(a, b);
    }

    /// @dev Any field but the round makes a conflict.
    function testFuzz_reportConflict_anyFieldButRound_succeeds(uint256 pick) public {
        Checkpoint memory a = nextCheckpoint();
        Checkpoint memory b = nextCheckpoint();
        pick %= 8;
        if (pick == 0) b.timestamp += 1;
        if (pick == 1) b.blockHash = keccak256("1");
        if (pick == 2) b.stateRoot = keccak256("2");
        if (pick == 3) b.outboxRoot = keccak256("3");
        if (pick == 4) b.outboxCount += 1;
        if (pick == 5) b.inboxAcc = keccak256("5");
        if (pick == 6) b.inboxCount += 1;
        if (pick == 7) b.nextValidatorSetHash = keccak256("7");
        b.round = uint32(pick);
        _report(a, b);
    }

    function test_reportConflict_sameBlockInTwoRounds_reverts() public {
        Checkpoint memory a = nextCheckpoint();
        Checkpoint memory b = nextCheckpoint();
        b.round = 4;
        _noConflict(a, b);
    }

    function test_reportConflict_oneBlock_reverts() public {
        _noConflict(nextCheckpoint(), nextCheckpoint());
    }

    function test_reportConflict_parentAndChild_reverts() public {
        Checkpoint memory a = nextCheckpoint();
        Checkpoint memory b = nextCheckpoint();
        b.height += 1;
        b.timestamp += 1;
        _noConflict(a, b);
        _noConflict(b, a);
    }

    function test_reportConflict_laterHeightAtEqualTime_succeeds() public {
        Checkpoint memory a = nextCheckpoint();
        Checkpoint memory b = nextCheckpoint();
        b.height += 1;
        _report(a, b);
    }

    function test_reportConflict_laterHeightFirst_succeeds() public {
        Checkpoint memory a = nextCheckpoint();
        Checkpoint memory b = nextCheckpoint();
        b.height += 9;
        b.timestamp -= 1;
        _report(b, a);
    }

    function test_reportConflict_belowQuorum_reverts() public {
        Checkpoint memory a = nextCheckpoint();
        Checkpoint memory b = nextCheckpoint();
        b.stateRoot = keccak256("another state");
        (uint256 signers, bytes memory sealsA) = certify(a);
        bytes memory sealsB = sealsOf(validators, 3, sidechainView.digest(b));
        onL1();
        vm.expectRevert(abi.encodeWithSelector(Seals.BelowQuorum.selector, 2, 3));
        sidechainView.reportConflict(a, signers, sealsA, b, 3, sealsB, validators.addresses);
        vm.expectRevert(abi.encodeWithSelector(Seals.BelowQuorum.selector, 2, 3));
        sidechainView.reportConflict(b, 3, sealsB, a, signers, sealsA, validators.addresses);
    }

    function test_reportConflict_twoSets_reverts() public {
        Checkpoint memory a = nextCheckpoint();
        Checkpoint memory b = nextCheckpoint();
        b.validatorSetHash = keccak256("another set");
        _report(a, b, abi.encodeWithSelector(SidechainView.WrongSet.selector, b.validatorSetHash, a.validatorSetHash));
    }

    function test_reportConflict_setNotInCalldata_reverts() public {
        Checkpoint memory a = nextCheckpoint();
        Checkpoint memory b = nextCheckpoint();
        b.stateRoot = keccak256("another state");
        (uint256 signers, bytes memory seals) = certify(a);
        address[] memory other = keySet("other", 4).addresses;
        onL1();
        vm.expectRevert(
            abi.encodeWithSelector(SidechainView.WrongSet.selector, ValidatorSets.hash(other), a.validatorSetHash)
        );
        sidechainView.reportConflict(a, signers, seals, b, signers, seals, other);
    }

    function test_reportConflict_strangersSet_reverts() public {
        KeySet memory strangers = keySet("strangers", 4);
        validators = strangers;
        Checkpoint memory a = nextCheckpoint();
        Checkpoint memory b = nextCheckpoint();
        b.stateRoot = keccak256("another state");
        _report(a, b, abi.encodeWithSelector(SidechainView.SetRetired.selector, a.validatorSetHash));
    }

    /// @dev Replaces the set; returns two conflicting checkpoints of the old one.
    function _retire() private returns (Checkpoint memory a, Checkpoint memory b) {
        Checkpoint memory c = nextCheckpoint();
        address[] memory next = keySet("next", 4).addresses;
        c.nextValidatorSetHash = ValidatorSets.hash(next);
        (uint256 signers, bytes memory seals) = certify(c);
        onL1();
        vm.warp(c.timestamp);
        sidechainView.submitCheckpoint(c, validators.addresses, next, signers, seals);
        a = nextCheckpoint();
        b = nextCheckpoint();
        b.stateRoot = keccak256("another state");
    }

    function test_reportConflict_retiredLessThanW_succeeds() public {
        (Checkpoint memory a, Checkpoint memory b) = _retire();
        vm.warp(vm.getBlockTimestamp() + 24 hours - 1);
        _report(a, b);
    }

    function test_reportConflict_retiredForW_reverts() public {
        (Checkpoint memory a, Checkpoint memory b) = _retire();
        vm.warp(vm.getBlockTimestamp() + 24 hours);
        _report(a, b, abi.encodeWithSelector(SidechainView.SetRetired.selector, a.validatorSetHash));
    }

    function test_reportConflict_twice_reverts() public {
        Checkpoint memory a = nextCheckpoint();
        Checkpoint memory b = nextCheckpoint();
        b.stateRoot = keccak256("another state");
        _report(a, b);
        _report(a, b, abi.encodeWithSelector(SidechainView.Frozen.selector, vm.getBlockTimestamp()));
    }

    function test_submitCheckpoint_frozen_reverts() public {
        Checkpoint memory a = nextCheckpoint();
        Checkpoint memory b = nextCheckpoint();
        b.stateRoot = keccak256("another state");
        _report(a, b);
        (uint256 signers, bytes memory seals) = certify(a);
        onL1();
        vm.expectRevert(abi.encodeWithSelector(SidechainView.Frozen.selector, vm.getBlockTimestamp()));
        sidechainView.submitCheckpoint(a, validators.addresses, new address[](0), signers, seals);
    }

    function test_isVoid_beforeFreeze_succeeds() public view {
        assertTrue(!sidechainView.isVoid(GENESIS_TIMESTAMP), "void without a freeze");
    }

    function test_isVoid_acceptedLessThanWBeforeFreeze_succeeds() public {
        Checkpoint memory a = nextCheckpoint();
        Checkpoint memory b = nextCheckpoint();
        b.stateRoot = keccak256("another state");
        vm.warp(GENESIS_TIMESTAMP + 48 hours);
        _report(a, b);
        uint256 frozenAt = vm.getBlockTimestamp();
        assertTrue(sidechainView.isVoid(frozenAt), "at the freeze");
        assertTrue(sidechainView.isVoid(frozenAt - 24 hours + 1), "less than W");
        assertTrue(!sidechainView.isVoid(frozenAt - 24 hours), "W");
    }

    /// @dev With W = 0, on devnets, a freeze voids nothing, and a replaced set proves nothing any more.
    function test_isVoid_withoutWindow_succeeds() public {
        (l1ChainId, conflictWindow) = (31337, 0);
        deployBridge(4, 4);
        (Checkpoint memory a, Checkpoint memory b) = _retire();
        _report(a, b, abi.encodeWithSelector(SidechainView.SetRetired.selector, a.validatorSetHash));

        deployBridge(4, 4);
        b.stateRoot = keccak256("a third state");
        _report(a, b);
        assertTrue(!sidechainView.isVoid(sidechainView.frozenAt()), "void");
    }
}
