// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice What q votes can do (V3, B7).
enum Change {
    AddValidator,
    RemoveValidator,
    AddAttester,
    RemoveAttester
}

/// @notice A proposal as callers see it.
/// @param change What is proposed.
/// @param subject Consensus key or attester; the present key of a validator that rotated since.
/// @param operator Operator of the key to add; zero for other changes.
/// @param proposer Operator that proposed it.
/// @param startBlock Block it was proposed in.
/// @param expiresAtBlock First block in which it is closed.
/// @param votes Keys in the list whose operators voted for it.
/// @param executed Whether it was carried out.
struct Proposal {
    Change change;
    address subject;
    address operator;
    address proposer;
    uint64 startBlock;
    uint64 expiresAtBlock;
    uint64 votes;
    bool executed;
}
