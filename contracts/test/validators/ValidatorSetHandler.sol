// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Change, Proposal} from "../../src/validators/Proposal.sol";
import {ValidatorSet} from "../../src/validators/ValidatorSet.sol";
import {Vm} from "../support/Vm.sol";
import {ValidatorSetFixture} from "./ValidatorSetFixture.sol";

/// @title Everything operators, candidates and strangers can do to a validator set, in any order
/// @notice Plays consensus: reads the list where V1 says. Ghost variables hold who voted for what and what changed, as
/// told by the calls that succeeded and their logs, independent of the contract's own accounts.
contract ValidatorSetHandler is ValidatorSetFixture {
    uint256 private constant CANDIDATES = 12;

    /// @notice What happened, by the topic of its event.
    mapping(bytes32 topic => uint256) public seen;

    /// @notice Changes of validators, and of attesters, since the last reading beyond what V3 allows.
    uint256 public excessChanges;

    /// @notice Keys that entered or left between two readings beyond what V3 allows.
    uint256 public excessBetweenReadings;

    /// @notice Executions without a quorum, of an expired proposal, or under another set than proposed.
    uint256 public illegalExecutions;

    mapping(uint256 id => mapping(address operator => bool)) private _voted;
    mapping(uint256 id => uint256 membership) private _proposedUnder;
    mapping(uint256 id => uint256 block_) private _proposedAt;

    /// @dev Adds and removals so far.
    uint256 private _membership;
    uint256 private _block;
    address[] private _read;
    uint256 private _readAttesters;
    uint256 private _changes;
    uint256 private _attesterChanges;

    constructor() {
        deploy(7, 5);
        _block = vm.getBlockNumber();
        _read = set.validators();
        _readAttesters = set.attesters().length;
    }

    /// @dev Each action starts at a known block and files its logs, whatever ran before.
    modifier acting() {
        vm.roll(_block);
        address[] memory list = set.validators();
        address[] memory operatorsOfList = new address[](list.length);
        for (uint256 i = 0; i < list.length; ++i) {
            operatorsOfList[i] = set.operatorOf(list[i]);
        }
        vm.recordLogs();
        _;
        _file(vm.getRecordedLogs(), operatorsOfList);
    }

    // ---- actions

    function pass(uint256 blocks) external acting {
        blocks = blocks % 8 == 0 ? bound(blocks, 1, 3 * EPOCH_LENGTH) : bound(blocks, 1, EPOCH_LENGTH / 3);
        for (uint256 i = 0; i < blocks; ++i) {
            // S(h) = list after block h - 1 if (h - 1) mod epochLength = 0.
            if (_block % EPOCH_LENGTH == 0) _takeReading();
            ++_block;
        }
        vm.roll(_block);
    }

    function propose(uint256 who, uint256 what, uint256 subject, uint256 withOperator) external acting {
        Change change = Change(what % 4);
        address candidate = candidateOf(_name(subject));
        address operator = address(0);
        if (change == Change.AddValidator) {
            operator = withOperator % 3 == 0 ? _operator(withOperator) : operatorOf(_name(subject));
            if (withOperator % 4 != 0 && !isListed(candidate)) postReady(_name(subject));
        } else if (change == Change.RemoveValidator) {
            candidate = _key(subject);
        } else if (change == Change.RemoveAttester) {
            candidate = set.attesters()[subject % set.attesters().length];
        }
        address proposer = _operator(who);
        uint256 id = set.proposalCount();
        // Noted before: a single vote may be a quorum.
        (_proposedUnder[id], _proposedAt[id], _voted[id][proposer]) = (_membership, _block, true);
        vm.prank(proposer);
        set.propose(change, candidate, operator);
    }

    /// @dev `voters` operators in the list's order, some of whom voted before.
    function vote(uint256 pick, uint256 first, uint256 voters) external acting {
        uint256 id = _proposal(pick);
        uint256 size = set.validators().length;
        voters = bound(voters, 1, size);
        for (uint256 i = 0; i < voters && set.isOpen(id); ++i) {
            address operator = _operator(first % size + i);
            if (_voted[id][operator]) continue;
            _voted[id][operator] = true;
            vm.prank(operator);
            set.vote(id);
        }
    }

    /// @dev Also of closed proposals, and by anybody.
    function execute(uint256 pick, address caller) external acting {
        uint256 id = _proposal(pick);
        vm.prank(caller);
        set.execute(id);
    }

    function postReady(uint256 pick) external acting {
        postReady(_name(pick));
    }

    /// @dev This and own removal only now and then: they would leave no churn for what is voted.
    function rotate(uint256 pick, uint256 to) external acting {
        if (pick % 3 != 0) return;
        address key = _key(pick);
        rotateAs(set.operatorOf(key), key, _name(to));
    }

    function removeSelf(uint256 pick) external acting {
        if (pick % 8 != 0) return;
        address key = _key(pick);
        address operator = set.operatorOf(key);
        vm.prank(operator);
        set.removeSelf(key);
    }

    /// @dev Somebody without a role tries what only operators may.
    function trespass(uint256 pick, uint256 how, address caller) external acting {
        address key = _key(pick);
        uint256 id = _proposal(pick);
        address candidate = candidateOf(_name(pick));
        for (uint256 i = 0; i < set.validators().length; ++i) {
            if (_operator(i) == caller) return;
        }
        vm.prank(caller);
        if (how % 4 == 0) set.propose(Change.RemoveValidator, key, address(0));
        else if (how % 4 == 1) set.vote(id);
        else if (how % 4 == 2) set.removeSelf(key);
        else set.rotate(key, candidate, _block - 1, "");
    }

    // ---- who and what

    function _name(uint256 pick) private pure returns (string memory) {
        return vm.toString(pick % CANDIDATES);
    }

    function _key(uint256 pick) private view returns (address) {
        address[] memory list = set.validators();
        return list[pick % list.length];
    }

    function _operator(uint256 pick) private view returns (address) {
        return set.operatorOf(_key(pick));
    }

    /// @dev One of the newest: older ones are closed.
    function _proposal(uint256 pick) private view returns (uint256) {
        uint256 count = set.proposalCount();
        return count == 0 ? 0 : count - 1 - pick % (count < 6 ? count : 6);
    }

    // ---- what consensus sees

    function _takeReading() private {
        address[] memory list = set.validators();
        uint256 allowed = _allowed(_read.length);
        uint256 changed = _missing(_read, list);
        if (changed > allowed) excessBetweenReadings += changed - allowed;
        changed = _missing(list, _read);
        if (changed > allowed) excessBetweenReadings += changed - allowed;
        _read = list;
        _readAttesters = set.attesters().length;
        (_changes, _attesterChanges) = (0, 0);
    }

    /// @dev Entries of `a` that `b` lacks.
    function _missing(address[] memory a, address[] memory b) private pure returns (uint256 count) {
        for (uint256 i = 0; i < a.length; ++i) {
            bool found = false;
            for (uint256 j = 0; j < b.length; ++j) {
                found = found || a[i] == b[j];
            }
            if (!found) ++count;
        }
    }

    /// @dev max(1, f).
    function _allowed(uint256 size) private pure returns (uint256) {
        return size < 7 ? 1 : (size - 1) / 3;
    }

    // ---- what the logs tell

    function _file(Vm.Log[] memory logs, address[] memory operatorsOfList) private {
        for (uint256 i = 0; i < logs.length; ++i) {
            bytes32 topic = logs[i].topics[0];
            ++seen[topic];
            if (topic == ValidatorSet.Executed.selector) _judge(uint256(logs[i].topics[1]), operatorsOfList);
            bool membership =
                topic == ValidatorSet.ValidatorAdded.selector || topic == ValidatorSet.ValidatorRemoved.selector;
            bool attester =
                topic == ValidatorSet.AttesterAdded.selector || topic == ValidatorSet.AttesterRemoved.selector;
            if (membership) ++_membership;
            if (membership || topic == ValidatorSet.Rotated.selector) ++_changes;
            if (attester) ++_attesterChanges;
        }
        if (_changes > _allowed(_read.length) || _attesterChanges > _allowed(_readAttesters)) ++excessChanges;
    }

    /// @param operatorsOfList Operator of every key in the list as it was before the execution.
    function _judge(uint256 id, address[] memory operatorsOfList) private {
        uint256 votes = 0;
        for (uint256 i = 0; i < operatorsOfList.length; ++i) {
            if (_voted[id][operatorsOfList[i]]) ++votes;
        }
        bool expired = _block >= _proposedAt[id] + 2 * EPOCH_LENGTH;
        if (3 * votes < 2 * operatorsOfList.length || expired || _proposedUnder[id] != _membership) {
            ++illegalExecutions;
        }
    }

    // ---- what the invariants read

    function target() external view returns (ValidatorSet) {
        return set;
    }
}
