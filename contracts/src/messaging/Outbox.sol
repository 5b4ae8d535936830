// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {MerkleTree} from "../libraries/MerkleTree.sol";
import {Message, Messages} from "../libraries/Messages.sol";

/// @title Messages out (B1)
/// @notice Appends messages to a Merkle tree whose root and count the other chain learns through its view.
/// @dev Anybody may send to any target; receivers trust only the one remote sender fixed at their deployment (B2).
/// Slots 0 (root) and 1 (count) are read from storage by consensus and by attesters (X6): keep them first.
contract Outbox {
    using Messages for Message;

    /// @notice Most gas a message may ask for (B1).
    uint64 public constant MAX_GAS_LIMIT = 2_000_000;

    /// @notice Longest payload in bytes (B1).
    uint256 public constant MAX_DATA_LENGTH = 8_192;

    /// @notice Merkle root over all messages; zeroHash[32] while there is none.
    bytes32 public root = MerkleTree.EMPTY_ROOT;

    /// @notice Number of messages; the nonce of the next one.
    uint64 public count;

    /// @dev Left nodes waiting for their right siblings, one per level.
    bytes32[32] private _branch;

    /// @notice Chain whose Inbox may consume these messages.
    uint256 public immutable DESTINATION_CHAIN_ID;

    address private immutable SELF = address(this);

    /// @notice A message was appended.
    /// @param nonce Its nonce and leaf index.
    /// @param leaf Its leaf hash.
    /// @param message The whole message: all a carrier needs beside the proof.
    event MessageSent(uint64 indexed nonce, bytes32 indexed leaf, Message message);

    /// @notice The message asks for more gas than any delivery has to provide.
    error GasLimitTooHigh(uint64 gasLimit, uint64 max);

    /// @notice The payload is longer than `max` bytes.
    error DataTooLong(uint256 length, uint256 max);

    /// @notice Run by DELEGATECALL, where the sender and the storage would be another contract's.
    error DelegateCallRefused();

    /// @param destinationChainId Chain id of the other side.
    constructor(uint256 destinationChainId) {
        DESTINATION_CHAIN_ID = destinationChainId;
    }

    /// @notice Appends a message from the caller.
    /// @param target Contract on the other chain whose `receiveBridgeMessage` will be called.
    /// @param gasLimit Gas that call gets at least, up to MAX_GAS_LIMIT.
    /// @param data Payload, up to MAX_DATA_LENGTH bytes.
    /// @return nonce Nonce of the message.
    function send(address target, uint64 gasLimit, bytes calldata data) external returns (uint64 nonce) {
        if (address(this) != SELF) revert DelegateCallRefused();
        if (gasLimit > MAX_GAS_LIMIT) revert GasLimitTooHigh(gasLimit, MAX_GAS_LIMIT);
        if (data.length > MAX_DATA_LENGTH) revert DataTooLong(data.length, MAX_DATA_LENGTH);

        nonce = count;
        Message memory message = Message({
            nonce: nonce,
            sourceChainId: block.chainid,
            sourceOutbox: address(this),
            destinationChainId: DESTINATION_CHAIN_ID,
            sender: msg.sender,
            target: target,
            gasLimit: gasLimit,
            data: data
        });
        bytes32 leaf = message.leaf();
        root = MerkleTree.append(_branch, nonce, leaf);
        count = nonce + 1;
        _appended(nonce, leaf);
        emit MessageSent(nonce, leaf, message);
    }

    /// @dev Hook for what else a final contract keeps per message.
    function _appended(uint64 nonce, bytes32 leaf) internal virtual {}
}
