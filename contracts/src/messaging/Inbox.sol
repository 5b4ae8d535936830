// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

import {MerkleTree} from "../libraries/MerkleTree.sol";
import {Message, Messages} from "../libraries/Messages.sol";
import {IMessageReceiver} from "./IMessageReceiver.sol";

/// @title Messages in: what both chains share (B2, B4)
/// @notice Verifies a message against a root of the remote Outbox and calls its target. It has one callable function,
/// sends no value and holds no rights anywhere.
/// @dev Declares no storage: the finals pin their own slots (X6).
abstract contract Inbox is ReentrancyGuardTransient {
    using Messages for Message;

    /// @notice Gas kept back from the call: enough to store a failed message and finish (B4).
    uint256 public constant RESERVED_GAS = 40_000;

    /// @notice Chain whose messages this Inbox takes.
    uint256 public immutable SOURCE_CHAIN_ID;

    /// @notice Outbox whose messages this Inbox takes.
    address public immutable SOURCE_OUTBOX;

    /// @notice A message was consumed.
    /// @param nonce Its nonce.
    /// @param leaf Its leaf hash.
    /// @param success Whether the call succeeded; if not, the message is kept for `retry`.
    event MessageDelivered(uint64 indexed nonce, bytes32 indexed leaf, bool success);

    /// @notice A message that had failed was delivered.
    event MessageRetried(uint64 indexed nonce, bytes32 indexed leaf);

    /// @notice The message is for another chain.
    error WrongDestination(uint256 destinationChainId, uint256 expected);

    /// @notice The message is from another chain or Outbox.
    error WrongSource(uint256 sourceChainId, address sourceOutbox);

    /// @notice The remote Outbox had only `count` messages at the root used.
    error NotYetProvable(uint64 nonce, uint64 count);

    /// @notice The proof does not lead from the message to the root.
    error ProofMismatch(bytes32 computedRoot, bytes32 root);

    /// @notice Too little gas to give the call its floor (B4); nothing was consumed.
    error GasBelowFloor(uint256 have, uint256 need);

    /// @notice No failed message with this nonce and content.
    error NotFailed(uint64 nonce, bytes32 leaf);

    /// @notice The retried call failed again; the message stays retriable.
    error RetryFailed(uint64 nonce);

    /// @param sourceChainId Chain id of the remote Outbox.
    /// @param sourceOutbox Address of the remote Outbox.
    constructor(uint256 sourceChainId, address sourceOutbox) {
        SOURCE_CHAIN_ID = sourceChainId;
        SOURCE_OUTBOX = sourceOutbox;
    }

    /// @dev Checks that `message` is for this Inbox and stands at its nonce under `root`; returns its leaf.
    function _verify(Message calldata message, bytes32[32] calldata proof, bytes32 root, uint64 count)
        internal
        view
        returns (bytes32 leaf)
    {
        if (message.destinationChainId != block.chainid) {
            revert WrongDestination(message.destinationChainId, block.chainid);
        }
        if (message.sourceChainId != SOURCE_CHAIN_ID || message.sourceOutbox != SOURCE_OUTBOX) {
            revert WrongSource(message.sourceChainId, message.sourceOutbox);
        }
        // A nonce beyond the depth of the tree would make `rootFrom` drop its upper bits.
        if (message.nonce >= count || message.nonce >= MerkleTree.MAX_LEAVES) {
            revert NotYetProvable(message.nonce, count);
        }
        leaf = message.leaf();
        bytes32 computed = MerkleTree.rootFrom(leaf, message.nonce, proof);
        if (computed != root) revert ProofMismatch(computed, root);
    }

    /// @dev Calls the target. A target without code counts as a failed call: nothing could have received the message.
    /// Return data is never copied, so a target cannot make the caller pay for its size.
    function _execute(Message calldata message) internal returns (bool success) {
        address target = message.target;
        bytes memory input = abi.encodeCall(
            IMessageReceiver.receiveBridgeMessage, (message.nonce, message.sourceChainId, message.sender, message.data)
        );
        bool hasCode = target.code.length != 0;
        uint256 gasLimit = message.gasLimit;
        uint256 available = gasleft();
        uint256 floor = gasLimit * 64 / 63 + RESERVED_GAS;
        if (available < floor) revert GasBelowFloor(available, floor);
        if (!hasCode) return false;

        // CALL passes on at most 63/64 of what is left, whatever is asked for; the floor makes that at least gasLimit.
        uint256 forwarded = available - RESERVED_GAS;
        assembly ("memory-safe") {
            success := call(forwarded, target, 0, add(input, 0x20), mload(input), 0, 0)
        }
    }
}
