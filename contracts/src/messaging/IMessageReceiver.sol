// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title The one function an Inbox calls (B2)
interface IMessageReceiver {
    /// @notice Takes one message. Implementations must check that the caller is their Inbox and `sourceChainId` and
    /// `sender` are the remote contract they trust.
    /// @param nonce Nonce of the message in the source Outbox.
    /// @param sourceChainId Chain the message was sent on.
    /// @param sender Caller of `send` there.
    /// @param data Payload.
    function receiveBridgeMessage(uint64 nonce, uint256 sourceChainId, address sender, bytes calldata data) external;
}
