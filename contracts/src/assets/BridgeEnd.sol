// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

import {IMessageReceiver} from "../messaging/IMessageReceiver.sol";
import {Outbox} from "../messaging/Outbox.sol";

/// @title One end of the value bridge: who it listens to (B2)
/// @notice Sends through its Outbox, and takes messages from its Inbox only, and only from the one remote end.
abstract contract BridgeEnd is IMessageReceiver, ReentrancyGuardTransient {
    /// @notice Outbox of this chain.
    Outbox public immutable OUTBOX;

    /// @notice Inbox of this chain.
    address public immutable INBOX;

    /// @notice Chain id of the other end.
    uint256 public immutable REMOTE_CHAIN_ID;

    /// @notice The other end.
    address public immutable REMOTE;

    /// @notice Only the Inbox may call.
    error NotInbox(address caller);

    /// @notice Only the other end may send here.
    error NotRemote(uint256 sourceChainId, address sender);

    /// @notice Nothing to move.
    error ZeroAmount();

    /// @notice Value sent to this recipient would be lost.
    error BadRecipient(address recipient);

    /// @notice The message names a token of another chain than L1.
    error WrongOrigin(uint256 originChainId, uint256 expected);

    /// @param outbox Outbox of this chain.
    /// @param inbox Inbox of this chain.
    /// @param remoteChainId Chain id of the other end.
    /// @param remote The other end.
    constructor(address outbox, address inbox, uint256 remoteChainId, address remote) {
        OUTBOX = Outbox(outbox);
        INBOX = inbox;
        REMOTE_CHAIN_ID = remoteChainId;
        REMOTE = remote;
    }

    /// @inheritdoc IMessageReceiver
    function receiveBridgeMessage(uint64 nonce, uint256 sourceChainId, address sender, bytes calldata data)
        external
        nonReentrant
    {
        if (msg.sender != INBOX) revert NotInbox(msg.sender);
        if (sourceChainId != REMOTE_CHAIN_ID || sender != REMOTE) revert NotRemote(sourceChainId, sender);
        _receive(nonce, data);
    }

    /// @dev Takes a message of the other end.
    function _receive(uint64 nonce, bytes calldata data) internal virtual;
}
