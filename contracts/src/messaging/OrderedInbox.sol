// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Accumulator} from "../libraries/Accumulator.sol";
import {Message, Messages} from "../libraries/Messages.sol";
import {IRemoteView} from "../views/IRemoteView.sol";
import {Inbox} from "./Inbox.sol";

/// @title The sidechain's Inbox (B3)
/// @notice Consumes L1's messages strictly in nonce order, whether their calls succeed or fail, and keeps the
/// accumulator every checkpoint commits to. L1 compares it with its own, so invented or reordered messages stop the
/// bridge instead of paying out.
/// @dev Slots 0 (acc) and 1 (count) are read from storage by consensus (X6): keep them first.
contract OrderedInbox is Inbox {
    using Messages for Message;

    /// @notice Accumulator over all consumed leaves, zero at count 0.
    bytes32 public acc;

    /// @notice Messages consumed; the nonce that must come next.
    uint64 public count;

    /// @notice Leaf of each message whose call failed and was not retried yet, zero otherwise.
    mapping(uint64 nonce => bytes32 leaf) public failed;

    /// @notice Tells the root of L1's Outbox.
    IRemoteView public immutable VIEW;

    /// @notice Messages are consumed in order: `expected` is next.
    error OutOfOrder(uint64 nonce, uint64 expected);

    /// @param view_ EthereumView of this chain.
    /// @param sourceChainId L1's chain id.
    /// @param sourceOutbox Outbox on L1.
    constructor(address view_, uint256 sourceChainId, address sourceOutbox) Inbox(sourceChainId, sourceOutbox) {
        VIEW = IRemoteView(view_);
    }

    /// @notice Consumes the next message; anyone may carry it.
    /// @param message Message with nonce `count`.
    /// @param proof Siblings under the root EthereumView accepted last, bottom up.
    function deliver(Message calldata message, bytes32[32] calldata proof) external nonReentrant {
        if (message.nonce != count) revert OutOfOrder(message.nonce, count);
        (bytes32 root, uint64 remoteCount) = VIEW.latestOutbox();
        bytes32 leaf = _verify(message, proof, root, remoteCount);
        acc = Accumulator.extend(acc, leaf);
        count = message.nonce + 1;

        bool success = _execute(message);
        if (!success) failed[message.nonce] = leaf;
        emit MessageDelivered(message.nonce, leaf, success);
    }

    /// @notice Calls again the target of a message that failed; anyone, in any order.
    /// @param message The message as it was delivered.
    function retry(Message calldata message) external nonReentrant {
        bytes32 leaf = message.leaf();
        if (failed[message.nonce] != leaf) revert NotFailed(message.nonce, leaf);
        delete failed[message.nonce];
        if (!_execute(message)) revert RetryFailed(message.nonce);
        emit MessageRetried(message.nonce, leaf);
    }
}
