// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Checkpoint} from "../../src/libraries/Checkpoints.sol";
import {Message, Messages} from "../../src/libraries/Messages.sol";
import {ClaimInbox} from "../../src/messaging/ClaimInbox.sol";
import {Inbox} from "../../src/messaging/Inbox.sol";
import {Receiver} from "../mocks/Receiver.sol";
import {BridgeFixture} from "../support/BridgeFixture.sol";

contract ClaimInboxTest is BridgeFixture {
    Receiver private _receiver;

    function setUp() public {
        deployBridge(4, 4);
        _receiver = new Receiver();
    }

    function _send() private {
        onSidechain();
        outbox.send(address(_receiver), 100_000, "data");
        collectMessages();
    }

    /// @dev Two conflicting blocks of the current set.
    function _freeze() private {
        Checkpoint memory a = nextCheckpoint();
        Checkpoint memory b = nextCheckpoint();
        b.stateRoot = keccak256("another state");
        (uint256 signers, bytes memory sealsA) = certify(a);
        (, bytes memory sealsB) = certify(b);
        onL1();
        sidechainView.reportConflict(a, signers, sealsA, b, signers, sealsB, validators.addresses);
    }

    function _claimRefused(Checkpoint memory c, uint256 acceptedAt, uint256 index, bytes memory reason) private {
        bytes32[32] memory proof = proofOf(OUTBOX, 0, c.outboxCount);
        onL1();
        vm.expectRevert(reason);
        claimInbox.claim(sent[OUTBOX][0], proof, c, acceptedAt, index);
    }

    // ---- claim

    function test_claim_succeeds() public {
        _send();
        checkpoint();
        vm.expectEmit(address(claimInbox));
        emit Inbox.MessageDelivered(0, leaves[OUTBOX][0], true);
        claim(0);
        assertTrue(claimInbox.isClaimed(0), "claimed");
        assertEq(_receiver.lastCaller(), address(claimInbox), "caller");
        assertEq(_receiver.lastSourceChainId(), SIDECHAIN_ID, "chain");
        assertEq(_receiver.lastSender(), address(this), "sender");
    }

    function test_claim_twice_reverts() public {
        _send();
        checkpoint();
        claim(0);
        bytes memory reason = abi.encodeWithSelector(ClaimInbox.AlreadyClaimed.selector, 0);
        _claimRefused(lastCheckpoint, lastAcceptedAt, lastIndex, reason);
    }

    /// @dev The nullifier is the nonce: a proof under another root does not pay a second time.
    function test_claim_twiceUnderAnotherCheckpoint_reverts() public {
        _send();
        checkpoint();
        claim(0);
        _send();
        checkpoint();
        bytes memory reason = abi.encodeWithSelector(ClaimInbox.AlreadyClaimed.selector, 0);
        _claimRefused(lastCheckpoint, lastAcceptedAt, lastIndex, reason);
        claim(1);
        assertEq(_receiver.calls(), 2, "calls");
    }

    function testFuzz_claim_anyOrder_succeeds(uint256 seed) public {
        uint64 count = 8;
        for (uint256 i = 0; i < count; ++i) {
            _send();
        }
        checkpoint();
        uint256 left = (1 << count) - 1;
        while (left != 0) {
            seed = uint256(keccak256(abi.encode(seed)));
            uint64 nonce = uint64(seed % count);
            if (left & (1 << nonce) == 0) continue;
            left ^= 1 << nonce;
            claim(nonce);
        }
        assertEq(_receiver.calls(), count, "calls");
    }

    /// @dev A claim names its checkpoint, so newer ones do not disturb it.
    function test_claim_olderCheckpoint_succeeds() public {
        _send();
        checkpoint();
        (Checkpoint memory c, uint256 acceptedAt, uint256 index) = (lastCheckpoint, lastAcceptedAt, lastIndex);
        _send();
        checkpoint();
        bytes32[32] memory proof = proofOf(OUTBOX, 0, c.outboxCount);
        claimInbox.claim(sent[OUTBOX][0], proof, c, acceptedAt, index);
        assertEq(_receiver.calls(), 1, "calls");
    }

    function test_claim_unknownCheckpoint_reverts() public {
        _send();
        checkpoint();
        bytes memory reason = abi.encodeWithSelector(ClaimInbox.UnknownCheckpoint.selector, lastIndex);
        Checkpoint memory c = lastCheckpoint;
        c.outboxRoot = keccak256("another root");
        _claimRefused(c, lastAcceptedAt, lastIndex, reason);
        _claimRefused(lastCheckpoint, lastAcceptedAt + 1, lastIndex, reason);
        reason = abi.encodeWithSelector(ClaimInbox.UnknownCheckpoint.selector, lastIndex - 1);
        _claimRefused(lastCheckpoint, lastAcceptedAt, lastIndex - 1, reason);
        reason = abi.encodeWithSelector(ClaimInbox.UnknownCheckpoint.selector, lastIndex + 1);
        _claimRefused(lastCheckpoint, lastAcceptedAt, lastIndex + 1, reason);
    }

    /// @dev Nothing is claimable under the genesis: its root is that of the empty tree, its count zero.
    function test_claim_genesisCheckpoint_reverts() public {
        _send();
        Checkpoint memory c = genesisCheckpoint();
        bytes32[32] memory proof;
        onL1();
        vm.expectRevert(abi.encodeWithSelector(Inbox.NotYetProvable.selector, 0, 0));
        claimInbox.claim(sent[OUTBOX][0], proof, c, GENESIS_TIMESTAMP, 0);
    }

    function test_claim_notInThisCheckpoint_reverts() public {
        _send();
        checkpoint();
        _send();
        bytes32[32] memory proof = proofOf(OUTBOX, 1, 2);
        onL1();
        vm.expectRevert(abi.encodeWithSelector(Inbox.NotYetProvable.selector, 1, 1));
        claimInbox.claim(sent[OUTBOX][1], proof, lastCheckpoint, lastAcceptedAt, lastIndex);
    }

    function test_claim_nonceBehindTheTree_reverts() public {
        _send();
        // A lying quorum may certify any count; the path of nonce 2^32 would be that of nonce 0.
        Checkpoint memory c = nextCheckpoint();
        c.outboxCount = type(uint64).max;
        Message memory m = sent[OUTBOX][0];
        m.nonce = 2 ** 32;
        bytes32[] memory forged = new bytes32[](1);
        forged[0] = Messages.leaf(m);
        leaves[OUTBOX][0] = forged[0];
        bytes32[32] memory proof = proofOf(OUTBOX, 0, 1);
        submit(c);
        vm.expectRevert(abi.encodeWithSelector(Inbox.NotYetProvable.selector, m.nonce, type(uint64).max));
        claimInbox.claim(m, proof, c, lastAcceptedAt, lastIndex);
    }

    function test_claim_wrongSource_reverts() public {
        _send();
        checkpoint();
        Message memory m = sent[OUTBOX][0];
        m.sourceChainId = 5;
        bytes32[32] memory proof = proofOf(OUTBOX, 0, 1);
        vm.expectRevert(abi.encodeWithSelector(Inbox.WrongSource.selector, 5, OUTBOX));
        claimInbox.claim(m, proof, lastCheckpoint, lastAcceptedAt, lastIndex);
    }

    function test_claim_wrongDestination_reverts() public {
        _send();
        checkpoint();
        bytes32[32] memory proof = proofOf(OUTBOX, 0, 1);
        vm.chainId(5);
        vm.expectRevert(abi.encodeWithSelector(Inbox.WrongDestination.selector, 1, 5));
        claimInbox.claim(sent[OUTBOX][0], proof, lastCheckpoint, lastAcceptedAt, lastIndex);
    }

    function test_claim_belowGasFloor_reverts() public {
        _send();
        checkpoint();
        bytes memory call = abi.encodeCall(
            claimInbox.claim, (sent[OUTBOX][0], proofOf(OUTBOX, 0, 1), lastCheckpoint, lastAcceptedAt, lastIndex)
        );
        (bool success, bytes memory answer) = address(claimInbox).call{gas: 170_000}(call);
        assertTrue(!success, "claimed below the floor");
        assertEq(bytes32(bytes4(answer)), bytes32(Inbox.GasBelowFloor.selector), "error");
        assertTrue(!claimInbox.isClaimed(0), "consumed");
    }

    // ---- failure and retry

    function _failedClaim(Receiver.Mode mode) private {
        _receiver.behave(mode);
        _send();
        checkpoint();
        vm.expectEmit(address(claimInbox));
        emit ClaimInbox.ClaimFailed(0, lastAcceptedAt);
        vm.expectEmit(address(claimInbox));
        emit Inbox.MessageDelivered(0, leaves[OUTBOX][0], false);
        claim(0);
    }

    function test_claim_targetReverts_succeeds() public {
        _failedClaim(Receiver.Mode.Revert);
        assertTrue(claimInbox.isClaimed(0), "claimed");
        assertEq(claimInbox.failed(0), keccak256(abi.encode(leaves[OUTBOX][0], lastAcceptedAt)), "failed");
    }

    function test_claim_targetReturnsBomb_succeeds() public {
        _failedClaim(Receiver.Mode.ReturnBomb);
        assertTrue(claimInbox.isClaimed(0), "claimed");
    }

    function test_claim_targetReenters_succeeds() public {
        _send();
        _send();
        checkpoint();
        bytes32[32] memory proof = proofOf(OUTBOX, 1, 2);
        _receiver.callBack(
            address(claimInbox),
            abi.encodeCall(claimInbox.claim, (sent[OUTBOX][1], proof, lastCheckpoint, lastAcceptedAt, lastIndex))
        );
        claim(0);
        assertTrue(!claimInbox.isClaimed(1), "reentered");
    }

    function test_retry_succeeds() public {
        _failedClaim(Receiver.Mode.Revert);
        _receiver.behave(Receiver.Mode.Accept);
        vm.expectEmit(address(claimInbox));
        emit Inbox.MessageRetried(0, leaves[OUTBOX][0]);
        claimInbox.retry(sent[OUTBOX][0], lastAcceptedAt);
        assertEq(_receiver.calls(), 1, "calls");
        assertEq(claimInbox.failed(0), bytes32(0), "failed");
        assertTrue(claimInbox.isClaimed(0), "claimed");
    }

    function test_retry_twice_reverts() public {
        _failedClaim(Receiver.Mode.Revert);
        _receiver.behave(Receiver.Mode.Accept);
        claimInbox.retry(sent[OUTBOX][0], lastAcceptedAt);
        vm.expectRevert(abi.encodeWithSelector(Inbox.NotFailed.selector, 0, leaves[OUTBOX][0]));
        claimInbox.retry(sent[OUTBOX][0], lastAcceptedAt);
    }

    function test_retry_failsAgain_reverts() public {
        _failedClaim(Receiver.Mode.Revert);
        vm.expectRevert(abi.encodeWithSelector(Inbox.RetryFailed.selector, 0));
        claimInbox.retry(sent[OUTBOX][0], lastAcceptedAt);
    }

    function test_retry_otherContent_reverts() public {
        _failedClaim(Receiver.Mode.Revert);
        Message memory m = sent[OUTBOX][0];
        m.sender = MINT;
        vm.expectRevert(abi.encodeWithSelector(Inbox.NotFailed.selector, 0, Messages.leaf(m)));
        claimInbox.retry(m, lastAcceptedAt);
        vm.expectRevert(abi.encodeWithSelector(Inbox.NotFailed.selector, 0, leaves[OUTBOX][0]));
        claimInbox.retry(sent[OUTBOX][0], lastAcceptedAt + 1);
    }

    function test_retry_neverClaimed_reverts() public {
        _send();
        checkpoint();
        vm.expectRevert(abi.encodeWithSelector(Inbox.NotFailed.selector, 0, leaves[OUTBOX][0]));
        claimInbox.retry(sent[OUTBOX][0], lastAcceptedAt);
    }

    // ---- freeze (B6)

    function test_claim_voidCheckpoint_reverts() public {
        _send();
        checkpoint();
        vm.warp(lastAcceptedAt + conflictWindow - 1);
        _freeze();
        bytes memory reason = abi.encodeWithSelector(ClaimInbox.CheckpointVoid.selector, lastAcceptedAt);
        _claimRefused(lastCheckpoint, lastAcceptedAt, lastIndex, reason);
    }

    function test_claim_checkpointOlderThanW_succeeds() public {
        _send();
        checkpoint();
        vm.warp(lastAcceptedAt + conflictWindow);
        _freeze();
        claim(0);
        assertEq(_receiver.calls(), 1, "calls");
    }

    function test_retry_voidCheckpoint_reverts() public {
        _failedClaim(Receiver.Mode.Revert);
        _receiver.behave(Receiver.Mode.Accept);
        _freeze();
        vm.expectRevert(abi.encodeWithSelector(ClaimInbox.CheckpointVoid.selector, lastAcceptedAt));
        claimInbox.retry(sent[OUTBOX][0], lastAcceptedAt);
    }

    /// @dev Claimed against a checkpoint that a freeze voids; the same message also stands under an older one.
    function test_cancel_freesTheNonce_succeeds() public {
        _receiver.behave(Receiver.Mode.Revert);
        _send();
        checkpoint();
        (Checkpoint memory old, uint256 oldAcceptedAt, uint256 oldIndex) = (lastCheckpoint, lastAcceptedAt, lastIndex);
        vm.warp(oldAcceptedAt + conflictWindow);
        checkpoint();
        claim(0);
        _freeze();

        vm.expectEmit(address(claimInbox));
        emit ClaimInbox.ClaimCancelled(0);
        claimInbox.cancel(0, leaves[OUTBOX][0], lastAcceptedAt);
        assertTrue(!claimInbox.isClaimed(0), "claimed");
        _receiver.behave(Receiver.Mode.Accept);
        claimInbox.claim(sent[OUTBOX][0], proofOf(OUTBOX, 0, 1), old, oldAcceptedAt, oldIndex);
        assertEq(_receiver.calls(), 1, "calls");
    }

    function test_cancel_notVoid_reverts() public {
        _failedClaim(Receiver.Mode.Revert);
        vm.expectRevert(abi.encodeWithSelector(ClaimInbox.CheckpointNotVoid.selector, lastAcceptedAt));
        claimInbox.cancel(0, leaves[OUTBOX][0], lastAcceptedAt);
    }

    /// @dev What was paid stays paid: only failed messages can be cancelled.
    function test_cancel_paid_reverts() public {
        _send();
        checkpoint();
        claim(0);
        _freeze();
        vm.expectRevert(abi.encodeWithSelector(Inbox.NotFailed.selector, 0, leaves[OUTBOX][0]));
        claimInbox.cancel(0, leaves[OUTBOX][0], lastAcceptedAt);
    }
}
