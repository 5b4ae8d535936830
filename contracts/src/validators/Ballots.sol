// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Change} from "./Proposal.sol";
import {Roster} from "./Rosters.sol";

/// @dev Most open proposals of one operator.
uint256 constant MAX_OPEN_PROPOSALS = 4;

/// @notice A proposal as it is stored.
/// @param electorate Number of the electorate it was made under (Electorates); others see Proposal.
struct Motion {
    Change change;
    bool executed;
    address subject;
    uint64 startBlock;
    address operator;
    uint64 expiresAtBlock;
    address proposer;
    uint64 electorate;
}

/// @notice All proposals and their votes.
/// @param motions Proposals by id.
/// @param votedFor Votes, by operator: each counts for the keys it runs when the votes are counted.
/// @param lastOf One more than the id of the newest proposal of the same; 0 if there is none.
/// @param openOf One more than the ids of the last proposals of an operator, in no order; 0 where there is none.
struct BallotBox {
    Motion[] motions;
    mapping(uint256 id => mapping(address operator => bool)) votedFor;
    mapping(bytes32 motionHash => uint256 idPlusOne) lastOf;
    mapping(address operator => uint256[MAX_OPEN_PROPOSALS] idsPlusOne) openOf;
}

/// @title Proposals and their votes (V3)
/// @notice An operator has at most MAX_OPEN_PROPOSALS open proposals and of the same proposal one is open at a time, so
/// what has to be looked through is bounded whatever anybody does.
library Ballots {
    /// @notice There is no proposal with this id.
    error UnknownProposal(uint256 id, uint256 count);

    /// @notice The proposal was executed, has expired, or the set changed since it was made.
    error ProposalClosed(uint256 id);

    /// @notice The same is proposed already: vote for it.
    error AlreadyProposed(uint256 id);

    /// @notice The operator has as many open proposals as it may.
    error TooManyOpenProposals(address operator, uint256 max);

    /// @notice The operator voted for it before.
    error AlreadyVoted(uint256 id, address operator);

    /// @notice The proposal with this id.
    function find(BallotBox storage box, uint256 id) internal view returns (Motion memory) {
        uint256 count = box.motions.length;
        if (id >= count) revert UnknownProposal(id, count);
        return box.motions[id];
    }

    /// @notice Whether it can still be voted for and executed.
    /// @param electorate Number of the present electorate.
    function isOpen(Motion memory motion, uint256 electorate) internal view returns (bool) {
        return !motion.executed && block.number < motion.expiresAtBlock && motion.electorate == electorate;
    }

    /// @notice Files a new proposal.
    function add(BallotBox storage box, Motion memory motion) internal returns (uint256 id) {
        bytes32 hash = _hash(motion.change, motion.subject, motion.operator);
        uint256 last = box.lastOf[hash];
        if (_isOpenAt(box, last, motion.electorate)) revert AlreadyProposed(last - 1);
        id = box.motions.length;
        box.openOf[motion.proposer][_freePlace(box, motion)] = id + 1;
        box.lastOf[hash] = id + 1;
        box.motions.push(motion);
    }

    /// @notice Files a vote.
    function vote(BallotBox storage box, uint256 id, address operator) internal {
        if (box.votedFor[id][operator]) revert AlreadyVoted(id, operator);
        box.votedFor[id][operator] = true;
    }

    /// @notice Keys of the list whose operators voted for it, in the list's order. Who left the list counts no more.
    function votersOf(BallotBox storage box, uint256 id, Roster memory roster)
        internal
        view
        returns (address[] memory voters)
    {
        voters = new address[](votesFor(box, id, roster));
        uint256 next = 0;
        for (uint256 i = 0; i < roster.keys.length; ++i) {
            if (box.votedFor[id][roster.operators[i]]) voters[next++] = roster.keys[i];
        }
    }

    /// @notice Number of `votersOf`.
    function votesFor(BallotBox storage box, uint256 id, Roster memory roster) internal view returns (uint256 votes) {
        for (uint256 i = 0; i < roster.keys.length; ++i) {
            if (box.votedFor[id][roster.operators[i]]) ++votes;
        }
    }

    /// @notice Lets the open removal of a key, if there is one, follow its validator to a new key.
    function follow(BallotBox storage box, address oldKey, address newKey, uint256 electorate) internal {
        bytes32 hash = _hash(Change.RemoveValidator, oldKey, address(0));
        uint256 last = box.lastOf[hash];
        if (!_isOpenAt(box, last, electorate)) return;
        delete box.lastOf[hash];
        box.lastOf[_hash(Change.RemoveValidator, newKey, address(0))] = last;
        box.motions[last - 1].subject = newKey;
    }

    function _freePlace(BallotBox storage box, Motion memory motion) private view returns (uint256 place) {
        uint256[MAX_OPEN_PROPOSALS] storage open = box.openOf[motion.proposer];
        while (place < MAX_OPEN_PROPOSALS && _isOpenAt(box, open[place], motion.electorate)) {
            ++place;
        }
        if (place == MAX_OPEN_PROPOSALS) revert TooManyOpenProposals(motion.proposer, MAX_OPEN_PROPOSALS);
    }

    function _isOpenAt(BallotBox storage box, uint256 idPlusOne, uint256 electorate) private view returns (bool) {
        return idPlusOne != 0 && isOpen(box.motions[idPlusOne - 1], electorate);
    }

    function _hash(Change change, address subject, address operator) private pure returns (bytes32) {
        return keccak256(abi.encode(change, subject, operator));
    }
}
