// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {BitMaps} from "@openzeppelin/contracts/utils/structs/BitMaps.sol";

import {Checkpoint} from "../libraries/Checkpoints.sol";
import {Message, Messages} from "../libraries/Messages.sol";
import {ICheckpointView} from "../views/ICheckpointView.sol";
import {Inbox} from "./Inbox.sol";

/// @title L1's Inbox (B3)
/// @notice Takes the sidechain's messages in any order, each once, against any accepted checkpoint: a claim never
/// races a newer one.
contract ClaimInbox is Inbox {
    using BitMaps for BitMaps.BitMap;
    using Messages for Message;

    /// @dev The nullifier is the nonce itself, never bytes of a proof.
    BitMaps.BitMap private _claimed;

    /// @notice keccak256(leaf ++ acceptedAt) of each message whose call failed and was not retried yet, zero otherwise.
    /// @dev One slot, so that B4's reserve pays for it; the acceptance time is in it because a freeze may void the
    /// checkpoint the message was proved against (B6).
    mapping(uint64 nonce => bytes32 entry) public failed;

    /// @notice Knows the accepted checkpoints.
    ICheckpointView public immutable VIEW;

    /// @notice The call of a claimed message failed.
    /// @param nonce Its nonce.
    /// @param acceptedAt Acceptance time of the checkpoint it was proved against, which `retry` needs.
    event ClaimFailed(uint64 indexed nonce, uint256 acceptedAt);

    /// @notice A failed message was cancelled with the checkpoint it was proved against; its nonce is free again.
    event ClaimCancelled(uint64 indexed nonce);

    /// @notice The message was consumed before.
    error AlreadyClaimed(uint64 nonce);

    /// @notice No such checkpoint was accepted at that index and time.
    error UnknownCheckpoint(uint256 index);

    /// @notice The checkpoint was accepted too short a time before the freeze (B6).
    error CheckpointVoid(uint256 acceptedAt);

    /// @notice The checkpoint stands: what was proved against it is not cancelled.
    error CheckpointNotVoid(uint256 acceptedAt);

    /// @param view_ SidechainView.
    /// @param sourceChainId Chain id of the sidechain.
    /// @param sourceOutbox Outbox predeploy of the sidechain.
    constructor(address view_, uint256 sourceChainId, address sourceOutbox) Inbox(sourceChainId, sourceOutbox) {
        VIEW = ICheckpointView(view_);
    }

    /// @notice Consumes a message; anyone may carry it.
    /// @param message Message of the sidechain's Outbox.
    /// @param proof Siblings under `checkpoint.outboxRoot`, bottom up.
    /// @param checkpoint Any accepted checkpoint whose outboxCount exceeds the nonce.
    /// @param acceptedAt L1 time it was accepted, seconds (event CheckpointAccepted).
    /// @param index Its index in SidechainView's list.
    function claim(
        Message calldata message,
        bytes32[32] calldata proof,
        Checkpoint calldata checkpoint,
        uint256 acceptedAt,
        uint256 index
    ) external nonReentrant {
        if (!VIEW.isAccepted(checkpoint, acceptedAt, index)) {
            revert UnknownCheckpoint(index);
        }
        if (VIEW.isVoid(acceptedAt)) revert CheckpointVoid(acceptedAt);
        bytes32 leaf = _verify(message, proof, checkpoint.outboxRoot, checkpoint.outboxCount);
        if (_claimed.get(message.nonce)) revert AlreadyClaimed(message.nonce);
        _claimed.set(message.nonce);

        bool success = _execute(message);
        if (!success) {
            failed[message.nonce] = _entry(leaf, acceptedAt);
            emit ClaimFailed(message.nonce, acceptedAt);
        }
        emit MessageDelivered(message.nonce, leaf, success);
    }

    /// @notice Calls again the target of a message that failed; anyone, in any order.
    /// @param message The message as it was claimed.
    /// @param acceptedAt Acceptance time of the checkpoint it was claimed against (event ClaimFailed).
    function retry(Message calldata message, uint256 acceptedAt) external nonReentrant {
        bytes32 leaf = message.leaf();
        _takeFailed(message.nonce, leaf, acceptedAt);
        if (VIEW.isVoid(acceptedAt)) revert CheckpointVoid(acceptedAt);
        if (!_execute(message)) revert RetryFailed(message.nonce);
        emit MessageRetried(message.nonce, leaf);
    }

    /// @notice Frees the nonce of a failed message proved against a voided checkpoint (B6); anyone.
    /// @param nonce Its nonce.
    /// @param leaf Its leaf.
    /// @param acceptedAt Acceptance time of the checkpoint it was claimed against.
    function cancel(uint64 nonce, bytes32 leaf, uint256 acceptedAt) external nonReentrant {
        _takeFailed(nonce, leaf, acceptedAt);
        if (!VIEW.isVoid(acceptedAt)) revert CheckpointNotVoid(acceptedAt);
        _claimed.unset(nonce);
        emit ClaimCancelled(nonce);
    }

    /// @notice Whether the message with this nonce was consumed, its call successful or not.
    function isClaimed(uint64 nonce) external view returns (bool) {
        return _claimed.get(nonce);
    }

    function _takeFailed(uint64 nonce, bytes32 leaf, uint256 acceptedAt) private {
        if (failed[nonce] != _entry(leaf, acceptedAt)) revert NotFailed(nonce, leaf);
        delete failed[nonce];
    }

    function _entry(bytes32 leaf, uint256 acceptedAt) private pure returns (bytes32) {
        return keccak256(abi.encode(leaf, acceptedAt));
    }
}
