// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Change} from "../../src/validators/Proposal.sol";
import {EthereumView} from "../../src/views/EthereumView.sol";
import {BridgeFixture} from "../support/BridgeFixture.sol";

contract EthereumViewTest is BridgeFixture {
    bytes32 private constant HASH = keccak256("block");
    bytes32 private constant ROOT = keccak256("root");

    function setUp() public {
        deployBridge(4, 4);
        onSidechain();
    }

    function _vote(uint256 attester, uint64 number, bytes32 root, uint64 count) private {
        vm.prank(attesters.addresses[attester]);
        ethereumView.vote(number, HASH, root, count);
    }

    function _accept(uint64 number, uint64 count) private {
        for (uint256 i = 0; i < 3; ++i) {
            _vote(i, number, ROOT, count);
        }
    }

    function _refused(uint64 number, bytes32 root, uint64 count, bytes memory reason) private {
        vm.expectRevert(reason);
        _vote(3, number, root, count);
    }

    function _acceptedIs(uint64 number, uint64 count, bytes32 root) private view {
        (uint64 acceptedNumber, uint64 acceptedCount,, bytes32 acceptedRoot) = ethereumView.accepted();
        assertEq(acceptedNumber, number, "number");
        assertEq(acceptedCount, count, "count");
        assertEq(acceptedRoot, root, "root");
        (bytes32 latestRoot, uint64 latestCount) = ethereumView.latestOutbox();
        assertEq(latestRoot, root, "latest root");
        assertEq(latestCount, count, "latest count");
    }

    function test_latestOutbox_beforeAnyVote_succeeds() public view {
        _acceptedIs(0, 0, 0);
    }

    function test_vote_quorum_succeeds() public {
        _vote(0, 32, ROOT, 1);
        vm.expectEmit(ETHEREUM_VIEW);
        emit EthereumView.Voted(32, attesters.addresses[1], HASH, ROOT, 1, 2);
        _vote(1, 32, ROOT, 1);
        _acceptedIs(0, 0, 0);
        assertEq(ethereumView.votesFor(32, HASH, ROOT, 1), 2, "votes");
        vm.expectEmit(ETHEREUM_VIEW);
        emit EthereumView.RootAccepted(32, HASH, ROOT, 1);
        _vote(2, 32, ROOT, 1);
        _acceptedIs(32, 1, ROOT);
    }

    /// @dev n attesters, of which fewer than ceil(2n / 3) lie: their observation is never accepted.
    function testFuzz_vote_belowQuorum_succeeds(uint256 size, uint256 liars) public {
        size = bound(size, 4, 64);
        uint256 quorum = (2 * size + 2) / 3;
        liars = bound(liars, 0, quorum - 1);
        deployBridge(4, size);
        onSidechain();
        for (uint256 i = 0; i < size; ++i) {
            _vote(i, 64, i < liars ? keccak256("lie") : ROOT, i < liars ? 1_000 : 1);
            bool honestQuorum = i + 1 >= liars + quorum;
            (bytes32 root,) = ethereumView.latestOutbox();
            assertEq(root, honestQuorum ? ROOT : bytes32(0), "accepted");
            if (honestQuorum) break;
        }
    }

    function test_vote_differentObservationsDoNotAdd_succeeds() public {
        _vote(0, 32, ROOT, 1);
        _vote(1, 32, keccak256("another"), 1);
        _vote(2, 32, ROOT, 2);
        vm.prank(attesters.addresses[3]);
        ethereumView.vote(32, keccak256("another block"), ROOT, 1);
        _acceptedIs(0, 0, 0);
    }

    function test_vote_laterNumberFirst_succeeds() public {
        _vote(0, 32, ROOT, 1);
        _accept(64, 2);
        _acceptedIs(64, 2, ROOT);
        _refused(32, ROOT, 3, abi.encodeWithSelector(EthereumView.StaleVote.selector, 32, 64));
    }

    function test_vote_stranger_reverts() public {
        vm.expectRevert(abi.encodeWithSelector(EthereumView.NotAttester.selector, address(this)));
        ethereumView.vote(32, HASH, ROOT, 1);
    }

    function test_vote_notAMultiple_reverts() public {
        _refused(33, ROOT, 1, abi.encodeWithSelector(EthereumView.NotAttestable.selector, 33, 32));
    }

    function test_vote_atTheAcceptedNumber_reverts() public {
        _accept(32, 1);
        _refused(32, ROOT, 2, abi.encodeWithSelector(EthereumView.StaleVote.selector, 32, 32));
        _refused(0, ROOT, 2, abi.encodeWithSelector(EthereumView.StaleVote.selector, 0, 32));
    }

    function test_vote_countNotGrown_reverts() public {
        _refused(32, ROOT, 0, abi.encodeWithSelector(EthereumView.CountNotGrown.selector, 0, 0));
        _accept(32, 5);
        _refused(64, ROOT, 5, abi.encodeWithSelector(EthereumView.CountNotGrown.selector, 5, 5));
        _refused(64, ROOT, 4, abi.encodeWithSelector(EthereumView.CountNotGrown.selector, 4, 5));
    }

    function test_vote_zeroRoot_reverts() public {
        _refused(32, 0, 1, abi.encodeWithSelector(EthereumView.ZeroRoot.selector));
        vm.prank(attesters.addresses[0]);
        vm.expectRevert(abi.encodeWithSelector(EthereumView.ZeroRoot.selector));
        ethereumView.vote(32, 0, ROOT, 1);
    }

    function test_vote_twice_reverts() public {
        _vote(3, 32, ROOT, 1);
        bytes memory reason = abi.encodeWithSelector(EthereumView.AlreadyVoted.selector, attesters.addresses[3], 32);
        _refused(32, ROOT, 1, reason);
        _refused(32, keccak256("changed my mind"), 1, reason);
        assertEq(ethereumView.voteOf(attesters.addresses[3], 32), keccak256(abi.encode(HASH, ROOT, uint64(1))), "vote");
    }

    function _changeAttesters(Change change, address attester) private {
        KeySet memory operators = keySet("operator", 4);
        uint256 id = validatorSet.proposalCount();
        vm.prank(operators.addresses[0]);
        validatorSet.propose(change, attester, address(0));
        for (uint256 i = 1; i < 3; ++i) {
            vm.prank(operators.addresses[i]);
            validatorSet.vote(id);
        }
        assertTrue(validatorSet.proposal(id).executed, "attesters changed");
    }

    /// @dev A change of the attesters voids pending votes: the members who stay vote again, and more are needed.
    function test_vote_afterChangeOfAttesters_succeeds() public {
        _vote(0, 32, ROOT, 1);
        _vote(1, 32, ROOT, 1);
        address newcomer = account("newcomer");
        _changeAttesters(Change.AddAttester, newcomer);
        assertEq(ethereumView.votesFor(32, HASH, ROOT, 1), 0, "pending votes");
        assertEq(ethereumView.voteOf(attesters.addresses[0], 32), 0, "pending vote");
        vm.prank(newcomer);
        ethereumView.vote(32, HASH, ROOT, 1);
        for (uint256 i = 0; i < 3; ++i) {
            _acceptedIs(0, 0, 0);
            _vote(i, 32, ROOT, 1);
        }
        _acceptedIs(32, 1, ROOT);
    }

    /// @dev Votes stay void when the set is afterwards what it was.
    function test_vote_afterChangeTakenBack_succeeds() public {
        _vote(0, 32, ROOT, 1);
        _vote(1, 32, ROOT, 1);
        _changeAttesters(Change.AddAttester, account("newcomer"));
        vm.roll(vm.getBlockNumber() + EPOCH_LENGTH);
        _changeAttesters(Change.RemoveAttester, account("newcomer"));
        assertEq(validatorSet.attesters().length, 4, "the same set");
        assertEq(ethereumView.votesFor(32, HASH, ROOT, 1), 0, "pending votes");
        _vote(2, 32, ROOT, 1);
        _acceptedIs(0, 0, 0);
        _vote(0, 32, ROOT, 1);
        _vote(1, 32, ROOT, 1);
        _acceptedIs(32, 1, ROOT);
    }

    /// @dev What was accepted stays accepted, and who left votes no more.
    function test_vote_removedAttester_reverts() public {
        _accept(32, 1);
        _changeAttesters(Change.RemoveAttester, attesters.addresses[3]);
        _acceptedIs(32, 1, ROOT);
        vm.roll(vm.getBlockNumber() + EPOCH_LENGTH);
        _changeAttesters(Change.AddAttester, account("newcomer"));
        _refused(64, ROOT, 2, abi.encodeWithSelector(EthereumView.NotAttester.selector, attesters.addresses[3]));
    }

    /// @dev Fewer than four attesters on devnets only (C17).
    function test_vote_fewerThanFourAttesters_reverts() public {
        deployBridge(4, 3);
        onSidechain();
        vm.prank(attesters.addresses[0]);
        vm.expectRevert(abi.encodeWithSelector(EthereumView.TooFewAttesters.selector, 3, 4));
        ethereumView.vote(32, HASH, ROOT, 1);
    }

    function test_vote_oneAttesterOnDevnet_succeeds() public {
        l1ChainId = 31337;
        deployBridge(4, 1);
        onSidechain();
        _vote(0, 32, ROOT, 1);
        _acceptedIs(32, 1, ROOT);
    }

    function test_vote_noAttestersOnDevnet_reverts() public {
        l1ChainId = 31337;
        deployBridge(4, 0);
        onSidechain();
        vm.expectRevert(abi.encodeWithSelector(EthereumView.TooFewAttesters.selector, 0, 1));
        ethereumView.vote(32, HASH, ROOT, 1);
    }

    function test_constructor_zeroInterval_reverts() public {
        vm.expectRevert(abi.encodeWithSelector(EthereumView.ZeroInterval.selector));
        new EthereumView(VALIDATOR_SET, 1, address(l1Outbox), 0);
    }
}
