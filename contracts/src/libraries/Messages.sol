// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice One bridge message, as it stands in the leaf of an Outbox (B1).
/// @param nonce Position in the source Outbox, from 0; also the leaf index.
/// @param sourceChainId Chain the message was sent on.
/// @param sourceOutbox Outbox that wrote it.
/// @param destinationChainId Chain whose Inbox may consume it.
/// @param sender Caller of `Outbox.send`.
/// @param target Contract whose `receiveBridgeMessage` is called.
/// @param gasLimit Gas the call gets at least (B4).
/// @param data Payload, at most 8,192 bytes.
struct Message {
    uint64 nonce;
    uint256 sourceChainId;
    address sourceOutbox;
    uint256 destinationChainId;
    address sender;
    address target;
    uint64 gasLimit;
    bytes data;
}

/// @title Leaf hash of bridge messages (B1)
library Messages {
    /// @dev Separates leaves from inner nodes, which hash 64 bytes without a prefix.
    bytes1 private constant LEAF_PREFIX = 0x00;

    /// @notice keccak256(0x00 ++ abi.encode(message)).
    /// @param message Message to hash; every field enters the leaf.
    function leaf(Message memory message) internal pure returns (bytes32) {
        return keccak256(abi.encodePacked(LEAF_PREFIX, abi.encode(message)));
    }
}
