// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice What each commit seal of a sidechain block signs (C3).
/// @param height Block number.
/// @param round QBFT round that decided it; in no block hash and no state (C5).
/// @param timestamp Block time, seconds.
/// @param blockHash Hash of the header.
/// @param stateRoot State root of the header.
/// @param outboxRoot Root of the sidechain's Outbox after the block.
/// @param outboxCount Messages in it.
/// @param inboxAcc Accumulator over the L1 messages consumed (B3).
/// @param inboxCount L1 messages consumed.
/// @param validatorSetHash Hash of the set that seals this block (V1).
/// @param nextValidatorSetHash Hash of the set that seals the next block.
struct Checkpoint {
    uint64 height;
    uint32 round;
    uint64 timestamp;
    bytes32 blockHash;
    bytes32 stateRoot;
    bytes32 outboxRoot;
    uint64 outboxCount;
    bytes32 inboxAcc;
    uint64 inboxCount;
    bytes32 validatorSetHash;
    bytes32 nextValidatorSetHash;
}

/// @title EIP-712 hashing of checkpoints (C2, C3, X1)
library Checkpoints {
    /// @notice EIP-712 type hash of Checkpoint.
    bytes32 internal constant TYPE_HASH = keccak256(
        "Checkpoint(uint64 height,uint32 round,uint64 timestamp,bytes32 blockHash,bytes32 stateRoot,bytes32 outboxRoot,uint64 outboxCount,bytes32 inboxAcc,uint64 inboxCount,bytes32 validatorSetHash,bytes32 nextValidatorSetHash)"
    );

    /// @notice EIP-712 type hash of the domain, which has no verifying contract: the seal is made by consensus.
    bytes32 internal constant DOMAIN_TYPE_HASH =
        keccak256("EIP712Domain(string name,string version,uint256 chainId,bytes32 salt)");

    /// @notice EIP-712 struct hash.
    function structHash(Checkpoint memory checkpoint) internal pure returns (bytes32) {
        return keccak256(abi.encode(TYPE_HASH, checkpoint));
    }

    /// @notice Domain separator {"Causeway", "1", chainId, salt = genesisHash}.
    /// @param chainId Chain id of the sidechain.
    /// @param genesisHash Hash of its genesis block.
    function domainSeparator(uint256 chainId, bytes32 genesisHash) internal pure returns (bytes32) {
        return keccak256(abi.encode(DOMAIN_TYPE_HASH, keccak256("Causeway"), keccak256("1"), chainId, genesisHash));
    }

    /// @notice Entry of the list of accepted checkpoints (X2).
    /// @param checkpointHash Struct hash.
    /// @param acceptedAt L1 time of acceptance, seconds.
    function record(bytes32 checkpointHash, uint256 acceptedAt) internal pure returns (bytes32) {
        return keccak256(abi.encode(checkpointHash, acceptedAt));
    }

    /// @notice Whether two certified checkpoints of one set cannot both be honest (F2).
    /// @dev Equal up to the round is the same block certified twice, which QBFT allows.
    function conflict(Checkpoint memory a, Checkpoint memory b) internal pure returns (bool) {
        if (a.height == b.height) return _hashWithoutRound(a) != _hashWithoutRound(b);
        return a.height < b.height ? a.timestamp >= b.timestamp : b.timestamp >= a.timestamp;
    }

    function _hashWithoutRound(Checkpoint memory checkpoint) private pure returns (bytes32 hash) {
        uint32 round = checkpoint.round;
        checkpoint.round = 0;
        hash = structHash(checkpoint);
        checkpoint.round = round;
    }
}
