// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Devnet} from "../libraries/Devnet.sol";
import {Quorum} from "../libraries/Quorum.sol";
import {IAttesterSet} from "./IAttesterSet.sol";
import {IRemoteView} from "./IRemoteView.sol";

/// @title What the sidechain knows of L1 (B7)
/// @notice Attesters vote, as transaction senders, on the state of L1's Outbox at finalized L1 blocks; ceil(2n / 3)
/// equal votes are accepted.
/// @dev A lying quorum can stop the bridge and spoil what is made of it on the sidechain, but takes nothing from L1's
/// Vault: L1 refuses checkpoints whose inbox is not its own (B5).
contract EthereumView is IRemoteView {
    /// @notice The newest accepted observation of L1.
    /// @param blockNumber L1 block.
    /// @param outboxCount Messages in L1's Outbox after it.
    /// @param blockHash Its hash.
    /// @param outboxRoot Root of L1's Outbox after it.
    struct Accepted {
        uint64 blockNumber;
        uint64 outboxCount;
        bytes32 blockHash;
        bytes32 outboxRoot;
    }

    /// @notice Newest accepted observation; all zero before the first.
    Accepted public accepted;

    /// @dev A ballot is of one L1 block and one set of attesters: a change of the set voids what is pending, also when the
    /// change is taken back.
    mapping(bytes32 ballot => mapping(address attester => bytes32 observation)) private _voteOf;
    mapping(bytes32 ballot => mapping(bytes32 observation => uint256 votes)) private _votes;

    /// @notice Holds the attesters.
    IAttesterSet public immutable ATTESTER_SET;

    /// @notice L1's chain id.
    uint256 public immutable L1_CHAIN_ID;

    /// @notice The Outbox on L1 that is observed.
    address public immutable L1_OUTBOX;

    /// @notice Votes are on L1 blocks whose number is a multiple of this, so that attesters meet.
    uint64 public immutable ATTEST_INTERVAL;

    /// @notice An attester voted.
    /// @param blockNumber L1 block.
    /// @param attester Voter.
    /// @param blockHash Its hash.
    /// @param outboxRoot Root of L1's Outbox.
    /// @param outboxCount Messages in it.
    /// @param votes Equal votes so far, this one included.
    event Voted(
        uint64 indexed blockNumber,
        address indexed attester,
        bytes32 blockHash,
        bytes32 outboxRoot,
        uint64 outboxCount,
        uint256 votes
    );

    /// @notice An observation was accepted.
    event RootAccepted(uint64 indexed blockNumber, bytes32 blockHash, bytes32 outboxRoot, uint64 outboxCount);

    /// @notice The caller is no attester.
    error NotAttester(address caller);

    /// @notice The set is smaller than this chain allows (B7).
    error TooFewAttesters(uint256 attesters, uint256 min);

    /// @notice The number is no multiple of the interval.
    error NotAttestable(uint64 blockNumber, uint64 interval);

    /// @notice The number does not exceed the accepted one.
    error StaleVote(uint64 blockNumber, uint64 acceptedNumber);

    /// @notice The count does not exceed the accepted one: nothing new to accept.
    error CountNotGrown(uint64 outboxCount, uint64 acceptedCount);

    /// @notice Block hash or root is zero.
    error ZeroRoot();

    /// @notice The caller voted on this number before; the first vote stands.
    error AlreadyVoted(address attester, uint64 blockNumber);

    /// @notice The interval is zero.
    error ZeroInterval();

    /// @param validatorSet Predeploy that holds the attesters.
    /// @param l1ChainId L1's chain id.
    /// @param l1Outbox AccumulatingOutbox on L1.
    /// @param attestInterval Distance of attestable L1 blocks: 32, or 2 on devnets.
    constructor(address validatorSet, uint256 l1ChainId, address l1Outbox, uint64 attestInterval) {
        if (attestInterval == 0) revert ZeroInterval();
        ATTESTER_SET = IAttesterSet(validatorSet);
        L1_CHAIN_ID = l1ChainId;
        L1_OUTBOX = l1Outbox;
        ATTEST_INTERVAL = attestInterval;
    }

    /// @notice Votes, as an attester, for the state of L1's Outbox after a finalized L1 block.
    /// @param blockNumber Number of the block, a multiple of the interval, above the accepted one.
    /// @param blockHash Its hash.
    /// @param outboxRoot Outbox root after it.
    /// @param outboxCount Outbox count after it, above the accepted one.
    function vote(uint64 blockNumber, bytes32 blockHash, bytes32 outboxRoot, uint64 outboxCount) external {
        Accepted memory last = accepted;
        if (blockNumber % ATTEST_INTERVAL != 0) revert NotAttestable(blockNumber, ATTEST_INTERVAL);
        if (blockNumber <= last.blockNumber) revert StaleVote(blockNumber, last.blockNumber);
        if (outboxCount <= last.outboxCount) revert CountNotGrown(outboxCount, last.outboxCount);
        if (blockHash == 0 || outboxRoot == 0) revert ZeroRoot();

        address[] memory set = ATTESTER_SET.attesters();
        _requireAttester(set, msg.sender);
        bytes32 ballot = _ballot(blockNumber);
        if (_voteOf[ballot][msg.sender] != 0) revert AlreadyVoted(msg.sender, blockNumber);
        bytes32 observation = _observation(blockHash, outboxRoot, outboxCount);
        _voteOf[ballot][msg.sender] = observation;
        uint256 votes = ++_votes[ballot][observation];
        emit Voted(blockNumber, msg.sender, blockHash, outboxRoot, outboxCount, votes);

        if (votes < Quorum.threshold(set.length)) return;
        accepted = Accepted(blockNumber, outboxCount, blockHash, outboxRoot);
        emit RootAccepted(blockNumber, blockHash, outboxRoot, outboxCount);
    }

    /// @inheritdoc IRemoteView
    function latestOutbox() external view returns (bytes32 root, uint64 count) {
        return (accepted.outboxRoot, accepted.outboxCount);
    }

    /// @notice What an attester of the present set voted for at an L1 block.
    /// @return observation keccak256(abi.encode(blockHash, outboxRoot, outboxCount)), zero if it has not voted.
    function voteOf(address attester, uint64 blockNumber) external view returns (bytes32 observation) {
        return _voteOf[_ballot(blockNumber)][attester];
    }

    /// @notice Votes of the present set for one observation.
    function votesFor(uint64 blockNumber, bytes32 blockHash, bytes32 outboxRoot, uint64 outboxCount)
        external
        view
        returns (uint256)
    {
        return _votes[_ballot(blockNumber)][_observation(blockHash, outboxRoot, outboxCount)];
    }

    function _requireAttester(address[] memory set, address caller) private view {
        uint256 min = Devnet.minMembers(L1_CHAIN_ID);
        if (set.length < min) revert TooFewAttesters(set.length, min);
        for (uint256 i = 0; i < set.length; ++i) {
            if (set[i] == caller) return;
        }
        revert NotAttester(caller);
    }

    function _ballot(uint64 blockNumber) private view returns (bytes32) {
        return keccak256(abi.encode(ATTESTER_SET.attesterChanges(), blockNumber));
    }

    function _observation(bytes32 blockHash, bytes32 outboxRoot, uint64 outboxCount) private pure returns (bytes32) {
        return keccak256(abi.encode(blockHash, outboxRoot, outboxCount));
    }
}
