// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Quorum} from "../libraries/Quorum.sol";
import {ValidatorSets} from "../libraries/ValidatorSets.sol";
import {IAttesterSet} from "../views/IAttesterSet.sol";
import {AscendingList} from "./AscendingList.sol";
import {BallotBox, Ballots, Motion} from "./Ballots.sol";
import {Churn, Churns} from "./Churns.sol";
import {Electorate, Electorates} from "./Electorates.sol";
import {Epochs} from "./Epochs.sol";
import {Change, Proposal} from "./Proposal.sol";
import {KeyHistory, Readiness} from "./Readiness.sol";
import {Roster, Rosters} from "./Rosters.sol";

/// @title The sidechain's validators and attesters (V1, V2, V3, V4, B7)
/// @notice Holds the list that consensus reads at each epoch, the operator of each consensus key, and the attesters.
/// Operators change it: ceil(2n / 3) of the list's votes add and remove, an operator alone rotates or takes out its own
/// key.
/// @dev Slots 0, 1 and 2 are read from storage by consensus (X6): keep them first. The contract calls no other. Loops are
/// over at most 64 keys, 64 attesters and 4 proposals. Why it is as it is: docs/decisions/0006-validator-changes.md.
contract ValidatorSet is IAttesterSet {
    using AscendingList for address[];
    using Ballots for BallotBox;
    using Ballots for Motion;
    using Churns for Churn;
    using Electorates for Electorate;
    using Readiness for KeyHistory;
    using Rosters for Roster;

    /// @dev Strictly ascending.
    address[] private _consensusKeys;

    /// @notice Operator of each consensus key in the list.
    mapping(address consensusKey => address operator) public operatorOf;

    /// @dev Strictly ascending.
    address[] private _attesters;

    Electorate private _electorate;
    Churn private _validatorChurn;
    Churn private _attesterChurn;
    mapping(address consensusKey => KeyHistory) private _historyOf;
    BallotBox private _ballots;

    /// @inheritdoc IAttesterSet
    uint256 public attesterChanges;

    /// @notice Epochs that a proposal stays open (V3).
    uint256 public constant PROPOSAL_EPOCHS = 2;

    /// @notice A validator rotates at most once in as many epochs. Rotations take from the churn that all share: f
    /// validators rotating at every chance could otherwise leave none for their own removal.
    uint256 public constant ROTATION_EPOCHS = 4;

    /// @notice Blocks between readings of the list (V1).
    uint256 public immutable EPOCH_LENGTH;

    /// @notice Smallest list consensus accepts (V2); nor are there ever fewer attesters by removal.
    uint256 public immutable MIN_VALIDATORS;

    /// @notice A change was proposed.
    /// @param id Its id.
    /// @param change What is proposed.
    /// @param subject Consensus key or attester.
    /// @param operator Operator of the key to add; zero for other changes.
    /// @param proposer Operator that proposed it.
    /// @param expiresAtBlock First block in which it is closed.
    event Proposed(
        uint256 indexed id,
        Change change,
        address indexed subject,
        address operator,
        address indexed proposer,
        uint256 expiresAtBlock
    );

    /// @notice The operator of this key voted for a proposal.
    event Voted(uint256 indexed id, address indexed consensusKey);

    /// @notice A proposal was carried out.
    event Executed(uint256 indexed id);

    /// @notice A candidate's Ready over the hash of this block was accepted.
    event ReadyPosted(address indexed candidate, uint256 blockNumber);

    /// @notice An operator replaced its key.
    event Rotated(address indexed oldKey, address indexed newKey);

    /// @notice A key entered the list.
    event ValidatorAdded(address indexed consensusKey, address indexed operator);

    /// @notice A key left the list.
    event ValidatorRemoved(address indexed consensusKey);

    /// @notice An attester was registered.
    event AttesterAdded(address indexed attester);

    /// @notice An attester was removed.
    event AttesterRemoved(address indexed attester);

    /// @notice Each consensus key needs one operator.
    error OperatorCountMismatch(uint256 consensusKeys, uint256 operators);

    /// @notice The epoch length is zero.
    error ZeroEpochLength();

    /// @notice minValidators is zero.
    error ZeroMinValidators();

    /// @notice The caller operates no key in the list.
    error NotOperator(address caller);

    /// @notice The caller does not operate this key.
    error NotOperatorOf(address consensusKey, address caller);

    /// @notice Fewer votes than ceil(2n / 3).
    error BelowQuorum(uint256 votes, uint256 need);

    /// @notice The candidate posted no Ready within the last epoch: its last names block `readyAt`.
    error NotReady(address candidate, uint256 readyAt);

    /// @notice The validator rotated less than ROTATION_EPOCHS ago.
    error RotatedRecently(address consensusKey, uint256 allowedFromBlock);

    /// @param consensusKeys S(1), strictly ascending.
    /// @param operators Operator of each key, in the same order.
    /// @param attesters_ Attesters, strictly ascending; empty on a chain without a bridge.
    /// @param epochLength Blocks between readings of the list.
    /// @param minValidators Smallest list consensus accepts.
    constructor(
        address[] memory consensusKeys,
        address[] memory operators,
        address[] memory attesters_,
        uint256 epochLength,
        uint256 minValidators
    ) {
        if (epochLength == 0) revert ZeroEpochLength();
        if (minValidators == 0) revert ZeroMinValidators();
        ValidatorSets.check(consensusKeys, minValidators);
        ValidatorSets.check(attesters_, 0);
        if (operators.length != consensusKeys.length) {
            revert OperatorCountMismatch(consensusKeys.length, operators.length);
        }
        for (uint256 i = 0; i < consensusKeys.length; ++i) {
            operatorOf[consensusKeys[i]] = operators[i];
        }
        Roster(consensusKeys, operators, attesters_).requireDistinct();
        _consensusKeys = consensusKeys;
        _attesters = attesters_;
        _electorate.update(ValidatorSets.hash(consensusKeys));
        EPOCH_LENGTH = epochLength;
        MIN_VALIDATORS = minValidators;
    }

    /// @notice Proposes a change, as an operator, and votes for it.
    /// @param change What to change.
    /// @param subject Consensus key or attester to add or remove. A key to add may post its Ready later.
    /// @param operator Operator of the key to add; zero for other changes.
    /// @return id Its id: proposals are numbered from 0.
    function propose(Change change, address subject, address operator) external returns (uint256 id) {
        Roster memory roster = _roster();
        _requireOperator(roster);
        uint64 expiresAtBlock = uint64(block.number + PROPOSAL_EPOCHS * EPOCH_LENGTH);
        Motion memory motion = Motion({
            change: change,
            executed: false,
            subject: subject,
            startBlock: uint64(block.number),
            operator: operator,
            expiresAtBlock: expiresAtBlock,
            proposer: msg.sender,
            electorate: _electorate.update(ValidatorSets.hash(roster.keys))
        });
        roster.requirePossible(motion.change, motion.subject, motion.operator, MIN_VALIDATORS);
        id = _ballots.add(motion);
        emit Proposed(id, change, subject, operator, msg.sender, expiresAtBlock);
        _vote(id, motion, roster);
    }

    /// @notice Votes for a proposal, as an operator, with all keys it runs. The vote that makes a quorum also executes, if
    /// the churn and, for a candidate, its Ready allow; else `execute` does when they do.
    /// @param id Its id.
    function vote(uint256 id) external {
        Roster memory roster = _roster();
        _requireOperator(roster);
        Motion memory motion = _openMotion(id, roster);
        roster.requirePossible(motion.change, motion.subject, motion.operator, MIN_VALIDATORS);
        _vote(id, motion, roster);
    }

    /// @notice Carries out a proposal that has its votes; anyone.
    /// @param id Its id.
    function execute(uint256 id) external {
        Roster memory roster = _roster();
        Motion memory motion = _openMotion(id, roster);
        roster.requirePossible(motion.change, motion.subject, motion.operator, MIN_VALIDATORS);
        uint256 votes = _ballots.votesFor(id, roster);
        uint256 need = Quorum.threshold(roster.keys.length);
        if (votes < need) revert BelowQuorum(votes, need);
        if (!_isReady(motion)) revert NotReady(motion.subject, _historyOf[motion.subject].readyAt);
        _carryOut(id, motion, roster);
    }

    /// @notice Files a candidate's Ready; anyone may carry it.
    /// @param candidate Consensus key that is not in the list.
    /// @param blockNumber Block whose hash it signed, one of the last 256.
    /// @param signature Its signature, 65 bytes r ++ s ++ v (X1).
    function postReady(address candidate, uint256 blockNumber, bytes calldata signature) external {
        if (_isValidator(candidate)) revert Rosters.IsConsensusKey(candidate);
        _historyOf[candidate].note(candidate, blockNumber, signature);
        emit ReadyPosted(candidate, blockNumber);
    }

    /// @notice Replaces a key, as its operator (V4). Open proposals go on: the operator's votes stand, and a proposal to
    /// remove the validator removes its new key.
    /// @param oldKey Key in the list.
    /// @param newKey Key of no role.
    /// @param blockNumber Block whose hash the new key signed.
    /// @param signature Ready of the new key, as for `postReady`.
    function rotate(address oldKey, address newKey, uint256 blockNumber, bytes calldata signature) external {
        Roster memory roster = _roster();
        _requireOperatorOf(oldKey, roster);
        roster.requireFree(newKey);
        uint256 epoch = Epochs.numberAt(block.number, EPOCH_LENGTH);
        _requireRotatable(oldKey, epoch);
        _historyOf[newKey].note(newKey, blockNumber, signature);
        _validatorChurn.spend(epoch, roster.keys.length);

        _ballots.follow(oldKey, newKey, _electorate.update(ValidatorSets.hash(roster.keys)));
        _leave(oldKey);
        _enter(newKey, msg.sender);
        _historyOf[newKey].rotatedIn = uint64(epoch);
        _electorate.rotate(ValidatorSets.hash(_consensusKeys));
        emit Rotated(oldKey, newKey);
    }

    /// @notice Takes out a key, as its operator (V4).
    /// @param consensusKey Key in the list.
    function removeSelf(address consensusKey) external {
        Roster memory roster = _roster();
        _requireOperatorOf(consensusKey, roster);
        ValidatorSets.requireSize(roster.keys.length - 1, MIN_VALIDATORS);
        _removeValidator(consensusKey, roster);
    }

    /// @notice The list, strictly ascending. The set in force may be an older one: it changes at epochs (V1).
    function validators() external view returns (address[] memory) {
        return _consensusKeys;
    }

    /// @inheritdoc IAttesterSet
    function attesters() external view returns (address[] memory) {
        return _attesters;
    }

    /// @notice keccak256(abi.encode(validators())).
    function setHash() external view returns (bytes32) {
        return ValidatorSets.hash(_consensusKeys);
    }

    /// @notice Number of proposals ever made; their ids are below it.
    function proposalCount() external view returns (uint256) {
        return _ballots.motions.length;
    }

    /// @notice A proposal.
    /// @param id Its id.
    function proposal(uint256 id) external view returns (Proposal memory) {
        Motion memory motion = _ballots.find(id);
        return Proposal({
            change: motion.change,
            subject: motion.subject,
            operator: motion.operator,
            proposer: motion.proposer,
            startBlock: motion.startBlock,
            expiresAtBlock: motion.expiresAtBlock,
            votes: uint64(_ballots.votesFor(id, _roster())),
            executed: motion.executed
        });
    }

    /// @notice Whether a proposal is neither executed nor expired, and the set the same as when it was made, rotations
    /// aside.
    /// @param id Its id.
    function isOpen(uint256 id) external view returns (bool) {
        return _ballots.find(id).isOpen(_electorate.numberOf(ValidatorSets.hash(_consensusKeys)));
    }

    /// @notice Keys in the list whose operators voted for a proposal, ascending.
    /// @param id Its id.
    function votesOf(uint256 id) external view returns (address[] memory) {
        _ballots.find(id);
        return _ballots.votersOf(id, _roster());
    }

    /// @notice Adds, removals and rotations of validators still allowed in this epoch.
    function churnLeft() external view returns (uint256) {
        return _validatorChurn.left(Epochs.numberAt(block.number, EPOCH_LENGTH), _consensusKeys.length);
    }

    /// @notice Adds and removals of attesters still allowed in this epoch.
    function attesterChurnLeft() external view returns (uint256) {
        return _attesterChurn.left(Epochs.numberAt(block.number, EPOCH_LENGTH), _attesters.length);
    }

    /// @notice Newest block named by an accepted Ready of a candidate, 0 if it posted none since it last left the list.
    /// @param candidate Its consensus key.
    function readyAt(address candidate) external view returns (uint256) {
        return _historyOf[candidate].readyAt;
    }

    function _vote(uint256 id, Motion memory motion, Roster memory roster) private {
        _ballots.vote(id, msg.sender);
        for (uint256 i = 0; i < roster.keys.length; ++i) {
            if (roster.operators[i] == msg.sender) emit Voted(id, roster.keys[i]);
        }
        bool quorum = _ballots.votesFor(id, roster) >= Quorum.threshold(roster.keys.length);
        if (quorum && _isReady(motion) && _churnAllows(motion, roster)) _carryOut(id, motion, roster);
    }

    function _carryOut(uint256 id, Motion memory motion, Roster memory roster) private {
        _ballots.motions[id].executed = true;
        emit Executed(id);
        if (motion.change == Change.AddValidator) _addValidator(motion.subject, motion.operator, roster);
        else if (motion.change == Change.RemoveValidator) _removeValidator(motion.subject, roster);
        else _changeAttesters(motion, roster);
    }

    function _addValidator(address key, address operator, Roster memory roster) private {
        _validatorChurn.spend(Epochs.numberAt(block.number, EPOCH_LENGTH), roster.keys.length);
        _electorate.update(ValidatorSets.hash(roster.keys));
        _enter(key, operator);
        _electorate.update(ValidatorSets.hash(_consensusKeys));
        emit ValidatorAdded(key, operator);
    }

    function _removeValidator(address key, Roster memory roster) private {
        _validatorChurn.spend(Epochs.numberAt(block.number, EPOCH_LENGTH), roster.keys.length);
        _electorate.update(ValidatorSets.hash(roster.keys));
        _leave(key);
        _electorate.update(ValidatorSets.hash(_consensusKeys));
        emit ValidatorRemoved(key);
    }

    function _enter(address key, address operator) private {
        _consensusKeys.insert(key);
        operatorOf[key] = operator;
    }

    function _leave(address key) private {
        _consensusKeys.remove(key);
        delete operatorOf[key];
        _historyOf[key] = KeyHistory({readyAt: 0, leftAt: uint64(block.number), rotatedIn: 0});
    }

    function _changeAttesters(Motion memory motion, Roster memory roster) private {
        _attesterChurn.spend(Epochs.numberAt(block.number, EPOCH_LENGTH), roster.attesters.length);
        ++attesterChanges;
        if (motion.change == Change.AddAttester) {
            _attesters.insert(motion.subject);
            emit AttesterAdded(motion.subject);
        } else {
            _attesters.remove(motion.subject);
            emit AttesterRemoved(motion.subject);
        }
    }

    function _roster() private view returns (Roster memory roster) {
        roster.keys = _consensusKeys;
        roster.operators = new address[](roster.keys.length);
        for (uint256 i = 0; i < roster.keys.length; ++i) {
            roster.operators[i] = operatorOf[roster.keys[i]];
        }
        roster.attesters = _attesters;
    }

    function _openMotion(uint256 id, Roster memory roster) private view returns (Motion memory motion) {
        motion = _ballots.find(id);
        if (!motion.isOpen(_electorate.numberOf(ValidatorSets.hash(roster.keys)))) revert Ballots.ProposalClosed(id);
    }

    /// @dev A Ready must not be older than one epoch when it is acted on.
    function _isReady(Motion memory motion) private view returns (bool) {
        if (motion.change != Change.AddValidator) return true;
        uint256 last = _historyOf[motion.subject].readyAt;
        return last != 0 && block.number <= last + EPOCH_LENGTH;
    }

    function _churnAllows(Motion memory motion, Roster memory roster) private view returns (bool) {
        bool ofValidators = motion.change == Change.AddValidator || motion.change == Change.RemoveValidator;
        Churn memory churn = ofValidators ? _validatorChurn : _attesterChurn;
        uint256 size = ofValidators ? roster.keys.length : roster.attesters.length;
        return churn.left(Epochs.numberAt(block.number, EPOCH_LENGTH), size) > 0;
    }

    function _requireRotatable(address key, uint256 epoch) private view {
        uint256 last = _historyOf[key].rotatedIn;
        if (last != 0 && epoch < last + ROTATION_EPOCHS) {
            revert RotatedRecently(key, Epochs.firstBlock(last + ROTATION_EPOCHS, EPOCH_LENGTH));
        }
    }

    function _requireOperator(Roster memory roster) private view {
        if (!roster.operators.contains(msg.sender)) revert NotOperator(msg.sender);
    }

    function _requireOperatorOf(address key, Roster memory roster) private view {
        roster.requireValidator(key);
        if (operatorOf[key] != msg.sender) revert NotOperatorOf(key, msg.sender);
    }

    function _isValidator(address key) private view returns (bool) {
        address[] memory keys = _consensusKeys;
        return keys.contains(key);
    }
}
