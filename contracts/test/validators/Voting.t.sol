// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ValidatorSets} from "../../src/libraries/ValidatorSets.sol";
import {Ballots} from "../../src/validators/Ballots.sol";
import {Change, Proposal} from "../../src/validators/Proposal.sol";
import {Rosters} from "../../src/validators/Rosters.sol";
import {ValidatorSet} from "../../src/validators/ValidatorSet.sol";
import {ValidatorSetFixture} from "./ValidatorSetFixture.sol";

/// @title Adds and removals by q votes (V3)
contract VotingTest is ValidatorSetFixture {
    function setUp() public {
        deploy(7, 4);
    }

    // ---- propose

    function test_propose_countsAsVote_succeeds() public {
        address candidate = candidateOf("anna");
        vm.expectEmit(address(set));
        emit ValidatorSet.Proposed(
            0, Change.AddValidator, candidate, operatorOf("anna"), operators.addresses[2], 2 + 2 * EPOCH_LENGTH
        );
        vm.expectEmit(address(set));
        emit ValidatorSet.Voted(0, keys.addresses[2]);
        uint256 id = proposeAs(2, Change.AddValidator, candidate, operatorOf("anna"));

        Proposal memory p = set.proposal(id);
        assertTrue(p.change == Change.AddValidator, "change");
        assertEq(p.subject, candidate, "subject");
        assertEq(p.operator, operatorOf("anna"), "operator");
        assertEq(p.proposer, operators.addresses[2], "proposer");
        assertEq(p.startBlock, 2, "start");
        assertEq(p.expiresAtBlock, 2 + 2 * EPOCH_LENGTH, "expiry");
        assertEq(p.votes, 1, "votes");
        assertTrue(!p.executed && set.isOpen(id), "open");
        assertEq(set.proposalCount(), 1, "count");
        assertEq(set.votesOf(id)[0], keys.addresses[2], "voter");
    }

    function test_propose_stranger_reverts() public {
        vm.expectRevert(abi.encodeWithSelector(ValidatorSet.NotOperator.selector, address(this)));
        set.propose(Change.RemoveValidator, keys.addresses[0], address(0));
    }

    /// @dev V4: the consensus key has no say.
    function test_propose_consensusKey_reverts() public {
        vm.prank(keys.addresses[0]);
        vm.expectRevert(abi.encodeWithSelector(ValidatorSet.NotOperator.selector, keys.addresses[0]));
        set.propose(Change.RemoveValidator, keys.addresses[1], address(0));
    }

    function _refused(Change change, address subject, address operator, bytes memory reason) private {
        vm.prank(operators.addresses[0]);
        vm.expectRevert(reason);
        set.propose(change, subject, operator);
    }

    /// @dev V4: one account, one role.
    function test_propose_accountWithAnotherRole_reverts() public {
        address candidate = candidateOf("anna");
        address operator = operatorOf("anna");
        address key = keys.addresses[1];
        address op = operators.addresses[1];
        address attester = attesters.addresses[1];
        bytes memory isKey = abi.encodeWithSelector(Rosters.IsConsensusKey.selector, key);
        bytes memory isOperator = abi.encodeWithSelector(Rosters.IsOperator.selector, op);
        bytes memory isAttester = abi.encodeWithSelector(Rosters.IsAttester.selector, attester);
        _refused(Change.AddValidator, key, operator, isKey);
        _refused(Change.AddValidator, op, operator, isOperator);
        _refused(Change.AddValidator, attester, operator, isAttester);
        _refused(Change.AddValidator, candidate, key, isKey);
        _refused(Change.AddValidator, candidate, attester, isAttester);
        _refused(
            Change.AddValidator, candidate, candidate, abi.encodeWithSelector(Rosters.IsOperator.selector, candidate)
        );
        _refused(Change.AddAttester, key, address(0), isKey);
        _refused(Change.AddAttester, op, address(0), isOperator);
        _refused(Change.AddAttester, attester, address(0), isAttester);
    }

    function test_propose_reservedAddress_reverts() public {
        address[4] memory reserved =
            [address(0), address(0xca01), address(0xffff), 0x0000F90827F1C53a10cb7A02335B175320002935];
        for (uint256 i = 0; i < reserved.length; ++i) {
            bytes memory reason = abi.encodeWithSelector(Rosters.ReservedAddress.selector, reserved[i]);
            _refused(Change.AddValidator, reserved[i], operatorOf("anna"), reason);
            _refused(Change.AddValidator, candidateOf("anna"), reserved[i], reason);
            _refused(Change.AddAttester, reserved[i], address(0), reason);
        }
    }

    function test_propose_operatorWithoutNeed_reverts() public {
        address other = operatorOf("anna");
        bytes memory reason = abi.encodeWithSelector(Rosters.UnexpectedOperator.selector, other);
        _refused(Change.RemoveValidator, keys.addresses[1], other, reason);
        _refused(Change.AddAttester, account("attester"), other, reason);
        _refused(Change.RemoveAttester, attesters.addresses[0], other, reason);
    }

    function test_propose_removalOfStranger_reverts() public {
        address stranger = candidateOf("anna");
        _refused(
            Change.RemoveValidator,
            stranger,
            address(0),
            abi.encodeWithSelector(Rosters.NotValidator.selector, stranger)
        );
        _refused(
            Change.RemoveAttester, stranger, address(0), abi.encodeWithSelector(Rosters.NotAttester.selector, stranger)
        );
    }

    function test_propose_removalBelowMin_reverts() public {
        deploy(4, 4);
        bytes memory reason = abi.encodeWithSelector(ValidatorSets.SetSizeOutOfRange.selector, 3, 4, 64);
        _refused(Change.RemoveValidator, keys.addresses[1], address(0), reason);
        _refused(Change.RemoveAttester, attesters.addresses[1], address(0), reason);
    }

    function test_propose_aboveMax_reverts() public {
        deploy(64, 64);
        bytes memory reason = abi.encodeWithSelector(ValidatorSets.SetSizeOutOfRange.selector, 65, 4, 64);
        _refused(Change.AddValidator, candidateOf("anna"), operatorOf("anna"), reason);
        reason = abi.encodeWithSelector(ValidatorSets.SetSizeOutOfRange.selector, 65, 0, 64);
        _refused(Change.AddAttester, account("attester"), address(0), reason);
    }

    function test_propose_theSameTwice_reverts() public {
        address candidate = candidateOf("anna");
        uint256 id = proposeAs(0, Change.AddValidator, candidate, operatorOf("anna"));
        vm.prank(operators.addresses[1]);
        vm.expectRevert(abi.encodeWithSelector(Ballots.AlreadyProposed.selector, id));
        set.propose(Change.AddValidator, candidate, operatorOf("anna"));
    }

    /// @dev Nobody can occupy a candidate: another operator for it is another proposal.
    function test_propose_otherOperatorForCandidate_succeeds() public {
        address candidate = candidateOf("anna");
        uint256 first = proposeAs(0, Change.AddValidator, candidate, operatorOf("mallory"));
        uint256 second = proposeAs(1, Change.AddValidator, candidate, operatorOf("anna"));
        assertTrue(set.isOpen(first) && set.isOpen(second), "both open");
    }

    function test_propose_againAfterExpiry_succeeds() public {
        proposeAs(0, Change.RemoveValidator, keys.addresses[1]);
        passBlocks(2 * EPOCH_LENGTH);
        uint256 id = proposeAs(0, Change.RemoveValidator, keys.addresses[1]);
        assertTrue(set.isOpen(id), "open");
        assertEq(set.proposal(id).votes, 1, "votes start anew");
    }

    function test_propose_tooManyOpen_reverts() public {
        for (uint256 i = 1; i <= 4; ++i) {
            proposeAs(0, Change.RemoveValidator, keys.addresses[i]);
        }
        _refused(
            Change.RemoveValidator,
            keys.addresses[5],
            address(0),
            abi.encodeWithSelector(Ballots.TooManyOpenProposals.selector, operators.addresses[0], 4)
        );
        // Others have their own.
        proposeAs(1, Change.RemoveValidator, keys.addresses[5]);
    }

    /// @dev Closed proposals make room: by time, by execution, by a change of the set.
    function test_propose_roomOfClosedProposals_succeeds() public {
        for (uint256 round = 0; round < 3; ++round) {
            for (uint256 i = 1; i <= 4; ++i) {
                proposeAs(0, Change.RemoveValidator, keys.addresses[i]);
            }
            passBlocks(2 * EPOCH_LENGTH);
        }
        for (uint256 i = 0; i < 4; ++i) {
            proposeWith(quorum(), Change.AddAttester, account(vm.toString(i)), address(0));
            passEpoch();
        }
        for (uint256 i = 1; i <= 4; ++i) {
            proposeAs(0, Change.RemoveValidator, keys.addresses[i]);
        }
        vm.prank(operators.addresses[6]);
        set.removeSelf(keys.addresses[6]);
        for (uint256 i = 1; i <= 4; ++i) {
            proposeAs(0, Change.RemoveValidator, keys.addresses[i]);
        }
    }

    // ---- vote

    function test_vote_quorumAdds_succeeds() public {
        address candidate = postReady("anna");
        uint256 id = proposeWith(4, Change.AddValidator, candidate, operatorOf("anna"));
        assertTrue(!isListed(candidate), "not by a bare majority");
        vm.expectEmit(address(set));
        emit ValidatorSet.Voted(id, keys.addresses[4]);
        vm.expectEmit(address(set));
        emit ValidatorSet.Executed(id);
        vm.expectEmit(address(set));
        emit ValidatorSet.ValidatorAdded(candidate, operatorOf("anna"));
        voteAs(4, id);
        assertTrue(isListed(candidate), "listed");
        assertEq(set.operatorOf(candidate), operatorOf("anna"), "operator");
        assertTrue(set.proposal(id).executed && !set.isOpen(id), "executed");
    }

    function test_vote_quorumRemoves_succeeds() public {
        address key = keys.addresses[6];
        uint256 id = proposeWith(4, Change.RemoveValidator, key, address(0));
        assertTrue(isListed(key), "not by a bare majority");
        vm.expectEmit(address(set));
        emit ValidatorSet.ValidatorRemoved(key);
        voteAs(5, id);
        assertTrue(!isListed(key), "gone");
        assertEq(set.operatorOf(key), address(0), "operator");
    }

    /// @dev For every size, ceil(2n / 3) - 1 votes do nothing and one more does it.
    function testFuzz_vote_quorumIsExact_succeeds(uint256 size) public {
        size = bound(size, 5, 63);
        deploy(size, 0);
        address candidate = postReady("anna");
        uint256 need = (2 * size + 2) / 3;
        uint256 id = proposeWith(need - 1, Change.AddValidator, candidate, operatorOf("anna"));
        assertEq(set.proposal(id).votes, need - 1, "votes");
        vm.expectRevert(abi.encodeWithSelector(ValidatorSet.BelowQuorum.selector, need - 1, need));
        set.execute(id);
        voteAs(need - 1, id);
        assertTrue(isListed(candidate), "listed");
    }

    function test_vote_stranger_reverts() public {
        uint256 id = proposeAs(0, Change.RemoveValidator, keys.addresses[1]);
        vm.expectRevert(abi.encodeWithSelector(ValidatorSet.NotOperator.selector, address(this)));
        set.vote(id);
    }

    function test_vote_unknown_reverts() public {
        vm.prank(operators.addresses[0]);
        vm.expectRevert(abi.encodeWithSelector(Ballots.UnknownProposal.selector, 0, 0));
        set.vote(0);
    }

    function test_vote_twice_reverts() public {
        uint256 id = proposeAs(0, Change.RemoveValidator, keys.addresses[1]);
        vm.prank(operators.addresses[0]);
        vm.expectRevert(abi.encodeWithSelector(Ballots.AlreadyVoted.selector, id, operators.addresses[0]));
        set.vote(id);
    }

    function test_vote_executed_reverts() public {
        uint256 id = remove(keys.addresses[6]);
        vm.prank(operators.addresses[5]);
        vm.expectRevert(abi.encodeWithSelector(Ballots.ProposalClosed.selector, id));
        set.vote(id);
    }

    function test_vote_lastBlockBeforeExpiry_succeeds() public {
        uint256 id = proposeWith(4, Change.RemoveValidator, keys.addresses[6], address(0));
        passBlocks(2 * EPOCH_LENGTH - 1);
        assertTrue(set.isOpen(id), "open");
        voteAs(4, id);
        assertTrue(!isListed(keys.addresses[6]), "gone");
    }

    function test_vote_expired_reverts() public {
        uint256 id = proposeWith(4, Change.RemoveValidator, keys.addresses[6], address(0));
        passBlocks(2 * EPOCH_LENGTH);
        assertTrue(!set.isOpen(id), "expired");
        vm.prank(operators.addresses[4]);
        vm.expectRevert(abi.encodeWithSelector(Ballots.ProposalClosed.selector, id));
        set.vote(id);
    }

    /// @dev Every change of who votes ends every proposal, also when it is taken back.
    function test_vote_setChanged_reverts() public {
        uint256 id = proposeWith(4, Change.RemoveValidator, keys.addresses[6], address(0));
        add("anna");
        _closed(id, 4);
        passEpoch();
        remove(candidateOf("anna"));
        _closed(id, 4);

        id = proposeWith(4, Change.RemoveValidator, keys.addresses[6], address(0));
        passEpoch();
        vm.prank(operators.addresses[5]);
        set.removeSelf(keys.addresses[5]);
        _closed(id, 4);
    }

    function _closed(uint256 id, uint256 voter) private {
        assertTrue(!set.isOpen(id), "closed");
        vm.prank(operators.addresses[voter]);
        vm.expectRevert(abi.encodeWithSelector(Ballots.ProposalClosed.selector, id));
        set.vote(id);
        vm.expectRevert(abi.encodeWithSelector(Ballots.ProposalClosed.selector, id));
        set.execute(id);
    }

    /// @dev V6: the override writes the list past the contract; what was open under the old list is void.
    function test_vote_listOverridden_reverts() public {
        uint256 id = proposeWith(3, Change.RemoveValidator, keys.addresses[3], address(0));
        // Of seven, four stay: their three votes are now a quorum.
        vm.store(address(set), bytes32(0), bytes32(uint256(4)));
        assertEq(set.votesOf(id).length, 3, "votes");
        _closed(id, 3);
        uint256 later = proposeWith(2, Change.AddAttester, account("attester"), address(0));
        _closed(id, 3);
        assertTrue(set.isOpen(later), "made under the new list");
        // Again, to the first five.
        vm.store(address(set), bytes32(0), bytes32(uint256(5)));
        vm.store(
            address(set), bytes32(uint256(keccak256(abi.encode(0))) + 4), bytes32(uint256(uint160(keys.addresses[4])))
        );
        _closed(id, 3);
        _closed(later, 3);
    }

    /// @dev A removed operator's vote counts no more, even if somebody else lets it stand.
    function test_votesOf_removedValidator_succeeds() public {
        uint256 id = proposeWith(4, Change.RemoveValidator, keys.addresses[6], address(0));
        vm.prank(operators.addresses[3]);
        set.removeSelf(keys.addresses[3]);
        address[] memory voters = set.votesOf(id);
        assertEq(voters.length, 3, "votes");
        assertEq(set.proposal(id).votes, 3, "count");
        for (uint256 i = 0; i < 3; ++i) {
            assertEq(voters[i], keys.addresses[i], "ascending");
        }
        vm.prank(operators.addresses[3]);
        vm.expectRevert(abi.encodeWithSelector(ValidatorSet.NotOperator.selector, operators.addresses[3]));
        set.vote(id);
    }

    /// @dev An operator that runs several keys votes once for all of them.
    function test_vote_operatorOfSeveralKeys_succeeds() public {
        address anna = postReady("anna");
        proposeWith(quorum(), Change.AddValidator, anna, operators.addresses[0]);
        // 8 keys, quorum 6, operator 0 has two.
        uint256 id = proposeWith(4, Change.RemoveValidator, keys.addresses[6], address(0));
        assertEq(set.proposal(id).votes, 5, "votes");
        passEpoch();
        voteAs(4, id);
        assertTrue(!isListed(keys.addresses[6]), "gone");
        assertEq(set.operatorOf(anna), operators.addresses[0], "operator");
    }

    // ---- execute

    function test_execute_anyoneOnceReady_succeeds() public {
        address candidate = candidateOf("anna");
        uint256 id = proposeWith(5, Change.AddValidator, candidate, operatorOf("anna"));
        assertTrue(!isListed(candidate), "not ready");
        vm.expectRevert(abi.encodeWithSelector(ValidatorSet.NotReady.selector, candidate, 0));
        set.execute(id);
        passBlocks(1);
        postReady("anna");
        set.execute(id);
        assertTrue(isListed(candidate), "listed");
        vm.expectRevert(abi.encodeWithSelector(Ballots.ProposalClosed.selector, id));
        set.execute(id);
    }

    /// @dev A rotation to the candidate's key, or another role for it, came first.
    function test_execute_subjectTakenMeanwhile_reverts() public {
        uint256 asValidator = proposeWith(5, Change.AddValidator, candidateOf("anna"), operatorOf("anna"));
        uint256 asOperator = proposeWith(5, Change.AddValidator, candidateOf("bert"), candidateOf("anna"));
        uint256 asAttester = proposeWith(1, Change.AddAttester, candidateOf("anna"), address(0));
        rotateAs(operators.addresses[6], keys.addresses[6], "anna");
        bytes memory reason = abi.encodeWithSelector(Rosters.IsConsensusKey.selector, candidateOf("anna"));
        uint256[3] memory ids = [asValidator, asOperator, asAttester];
        for (uint256 i = 0; i < 3; ++i) {
            assertTrue(set.isOpen(ids[i]), "open");
            vm.expectRevert(reason);
            set.execute(ids[i]);
            vm.prank(operators.addresses[5]);
            vm.expectRevert(reason);
            set.vote(ids[i]);
        }
    }
}
