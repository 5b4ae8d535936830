// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ValidatorSets} from "../../src/libraries/ValidatorSets.sol";
import {Ballots} from "../../src/validators/Ballots.sol";
import {Churns} from "../../src/validators/Churns.sol";
import {Change} from "../../src/validators/Proposal.sol";
import {Readiness} from "../../src/validators/Readiness.sol";
import {Rosters} from "../../src/validators/Rosters.sol";
import {ValidatorSet} from "../../src/validators/ValidatorSet.sol";
import {ValidatorSetFixture} from "./ValidatorSetFixture.sol";

/// @title What an operator does alone: rotation and own removal (V4)
contract RotationTest is ValidatorSetFixture {
    address private _key;
    address private _operator;

    function setUp() public {
        deploy(7, 4);
        _key = keys.addresses[6];
        _operator = operators.addresses[6];
    }

    function _refused(address caller, address oldKey, string memory name, bytes memory reason) private {
        (uint256 blockNumber, bytes memory signature) = readyNow(name);
        vm.prank(caller);
        vm.expectRevert(reason);
        set.rotate(oldKey, candidateOf(name), blockNumber, signature);
    }

    // ---- rotate

    function test_rotate_succeeds() public {
        address newKey = candidateOf("new");
        (uint256 blockNumber, bytes memory signature) = readyNow("new");
        vm.expectEmit(address(set));
        emit ValidatorSet.Rotated(_key, newKey);
        vm.prank(_operator);
        set.rotate(_key, newKey, blockNumber, signature);
        assertTrue(isListed(newKey) && !isListed(_key), "list");
        assertEq(set.validators().length, 7, "size");
        assertEq(set.operatorOf(newKey), _operator, "operator");
        assertEq(set.operatorOf(_key), address(0), "no operator");
        assertEq(set.churnLeft(), 1, "churn");
    }

    function test_rotate_notItsOperator_reverts() public {
        address other = operators.addresses[0];
        _refused(other, _key, "new", abi.encodeWithSelector(ValidatorSet.NotOperatorOf.selector, _key, other));
        _refused(_key, _key, "new", abi.encodeWithSelector(ValidatorSet.NotOperatorOf.selector, _key, _key));
    }

    function test_rotate_unlistedKey_reverts() public {
        rotateAs(_operator, _key, "new");
        _refused(_operator, _key, "newer", abi.encodeWithSelector(Rosters.NotValidator.selector, _key));
    }

    function test_rotate_accountWithAnotherRole_reverts() public {
        address[4] memory taken = [keys.addresses[0], operators.addresses[0], attesters.addresses[0], address(0xca01)];
        bytes4[4] memory reasons = [
            Rosters.IsConsensusKey.selector,
            Rosters.IsOperator.selector,
            Rosters.IsAttester.selector,
            Rosters.ReservedAddress.selector
        ];
        for (uint256 i = 0; i < 4; ++i) {
            vm.prank(_operator);
            vm.expectRevert(abi.encodeWithSelector(reasons[i], taken[i]));
            set.rotate(_key, taken[i], 1, "");
        }
        vm.prank(_operator);
        vm.expectRevert(abi.encodeWithSelector(Rosters.IsConsensusKey.selector, _key));
        set.rotate(_key, _key, 1, "");
    }

    function test_rotate_newKeyNotReady_reverts() public {
        bytes memory signature = readyOver("other", blockhash(1));
        vm.prank(_operator);
        vm.expectPartialRevert(Readiness.ReadyNotSigned.selector);
        set.rotate(_key, candidateOf("new"), 1, signature);
        vm.prank(_operator);
        vm.expectRevert(abi.encodeWithSelector(Readiness.BlockHashUnknown.selector, 2, 2));
        set.rotate(_key, candidateOf("new"), 2, signature);
    }

    /// @dev Anybody may carry the same Ready first: the rotation goes on.
    function test_rotate_readyCarriedBefore_succeeds() public {
        postReady("new");
        assertTrue(isListed(rotateAs(_operator, _key, "new")), "listed");
    }

    function test_rotate_noChurnLeft_reverts() public {
        add("anna");
        add("bert");
        _refused(_operator, _key, "new", abi.encodeWithSelector(Churns.ChurnExhausted.selector, 2, 1));
        passEpoch();
        assertTrue(isListed(rotateAs(_operator, _key, "new")), "listed");
    }

    /// @dev Rotating changes neither the number of votes nor whose they are.
    function test_rotate_openProposalsGoOn_succeeds() public {
        uint256 id = proposeWith(4, Change.RemoveValidator, keys.addresses[5], address(0));
        address newKey = rotateAs(operators.addresses[0], keys.addresses[0], "new");
        assertTrue(set.isOpen(id), "open");
        assertEq(set.proposal(id).votes, 4, "votes");
        bool named = false;
        address[] memory voters = set.votesOf(id);
        for (uint256 i = 0; i < voters.length; ++i) {
            named = named || voters[i] == newKey;
        }
        assertTrue(named, "under its new key");
        vm.prank(operators.addresses[0]);
        vm.expectRevert(abi.encodeWithSelector(Ballots.AlreadyVoted.selector, id, operators.addresses[0]));
        set.vote(id);
        voteAs(4, id);
        assertTrue(!isListed(keys.addresses[5]), "gone");
    }

    /// @dev Four of seven cannot rotate themselves into a quorum.
    function test_rotate_bareMajority_succeeds() public {
        uint256 id = proposeWith(4, Change.RemoveValidator, _key, address(0));
        for (uint256 i = 0; i < 2; ++i) {
            rotateAs(operators.addresses[i], keys.addresses[i], vm.toString(i));
        }
        assertEq(set.proposal(id).votes, 4, "votes");
        vm.expectRevert(abi.encodeWithSelector(ValidatorSet.BelowQuorum.selector, 4, 5));
        set.execute(id);
    }

    /// @dev V6: the emergency override may name a key its own operator; a rotation puts the two apart again.
    function test_rotate_keyThatIsItsOwnOperator_succeeds() public {
        vm.store(address(set), keccak256(abi.encode(_key, 1)), bytes32(uint256(uint160(_key))));
        uint256 id = proposeWith(4, Change.RemoveValidator, keys.addresses[5], address(0));
        address newKey = rotateAs(_key, _key, "new");
        assertEq(set.operatorOf(newKey), _key, "operator");
        assertTrue(isListed(newKey) && !isListed(_key), "list");
        vm.prank(_key);
        set.vote(id);
        assertTrue(!isListed(keys.addresses[5]), "gone");
    }

    // ---- against one's own removal

    function test_rotate_openRemovalFollows_succeeds() public {
        uint256 id = proposeWith(4, Change.RemoveValidator, _key, address(0));
        address newKey = rotateAs(_operator, _key, "new");
        assertEq(set.proposal(id).subject, newKey, "subject");
        vm.prank(operators.addresses[1]);
        vm.expectRevert(abi.encodeWithSelector(Ballots.AlreadyProposed.selector, id));
        set.propose(Change.RemoveValidator, newKey, address(0));
        voteAs(4, id);
        assertTrue(!isListed(newKey), "gone");
        assertEq(set.validators().length, 6, "size");
    }

    /// @dev A closed removal follows nobody.
    function test_rotate_expiredRemovalStays_succeeds() public {
        uint256 id = proposeAs(0, Change.RemoveValidator, _key);
        passBlocks(2 * EPOCH_LENGTH);
        address newKey = rotateAs(_operator, _key, "new");
        assertEq(set.proposal(id).subject, _key, "subject");
        proposeAs(0, Change.RemoveValidator, newKey);
    }

    function test_rotate_again_reverts() public {
        deploy(4, 4);
        (_key, _operator) = (keys.addresses[3], operators.addresses[3]);
        address newKey = rotateAs(_operator, _key, "new");
        bytes memory reason =
            abi.encodeWithSelector(ValidatorSet.RotatedRecently.selector, newKey, 4 * EPOCH_LENGTH + 1);
        for (uint256 epoch = 2; epoch <= 4; ++epoch) {
            passEpoch();
            _refused(_operator, newKey, "newer", reason);
        }
        vm.roll(4 * EPOCH_LENGTH);
        _refused(_operator, newKey, "newer", reason);
        vm.roll(4 * EPOCH_LENGTH + 1);
        assertTrue(isListed(rotateAs(_operator, newKey, "newer")), "listed");
    }

    /// @dev f validators that rotate at every chance block nothing: their churn is back before they may rotate again.
    function test_rotate_colludersCannotBlockRemoval_succeeds() public {
        address[2] memory colluders = [keys.addresses[5], keys.addresses[6]];
        for (uint256 i = 0; i < 2; ++i) {
            colluders[i] = rotateAs(operators.addresses[5 + i], colluders[i], vm.toString(i));
        }
        assertEq(set.churnLeft(), 0, "used up");
        uint256 id = remove(colluders[0]);
        assertTrue(isListed(colluders[0]), "voted, but no churn");
        vm.expectRevert(abi.encodeWithSelector(Churns.ChurnExhausted.selector, 2, 1));
        set.execute(id);

        passEpoch();
        for (uint256 i = 0; i < 2; ++i) {
            _refused(
                operators.addresses[5 + i],
                colluders[i],
                "again",
                abi.encodeWithSelector(ValidatorSet.RotatedRecently.selector, colluders[i], 4 * EPOCH_LENGTH + 1)
            );
        }
        set.execute(id);
        assertTrue(!isListed(colluders[0]), "gone");
        remove(colluders[1]);
        assertTrue(!isListed(colluders[1]), "gone");
    }

    /// @dev A key that was rotated out may come back, with a Ready of after it left.
    function test_rotate_backToAnOldKey_succeeds() public {
        address first = rotateAs(_operator, _key, "first");
        passBlocks(4 * EPOCH_LENGTH);
        address second = rotateAs(_operator, first, "second");
        vm.prank(_operator);
        set.removeSelf(second);
        uint256 left = vm.getBlockNumber();
        vm.expectRevert(abi.encodeWithSelector(Readiness.ReadyOutdated.selector, first, left - 1, left));
        set.postReady(first, left - 1, "");
        passBlocks(1);
        postReady("first");
        assertEq(set.readyAt(first), left, "ready again");
    }

    // ---- removeSelf

    function test_removeSelf_succeeds() public {
        vm.expectEmit(address(set));
        emit ValidatorSet.ValidatorRemoved(_key);
        vm.prank(_operator);
        set.removeSelf(_key);
        assertTrue(!isListed(_key), "gone");
        assertEq(set.operatorOf(_key), address(0), "no operator");
        assertEq(set.churnLeft(), 1, "churn");
        vm.prank(_operator);
        vm.expectRevert(abi.encodeWithSelector(ValidatorSet.NotOperator.selector, _operator));
        set.propose(Change.RemoveValidator, keys.addresses[0], address(0));
    }

    function test_removeSelf_another_reverts() public {
        vm.prank(operators.addresses[0]);
        vm.expectRevert(abi.encodeWithSelector(ValidatorSet.NotOperatorOf.selector, _key, operators.addresses[0]));
        set.removeSelf(_key);
    }

    function test_removeSelf_unlisted_reverts() public {
        vm.prank(_operator);
        vm.expectRevert(abi.encodeWithSelector(Rosters.NotValidator.selector, address(0)));
        set.removeSelf(address(0));
    }

    function test_removeSelf_belowMin_reverts() public {
        deploy(4, 0);
        vm.prank(operators.addresses[0]);
        vm.expectRevert(abi.encodeWithSelector(ValidatorSets.SetSizeOutOfRange.selector, 3, 4, 64));
        set.removeSelf(keys.addresses[0]);
    }

    function test_removeSelf_noChurnLeft_reverts() public {
        for (uint256 i = 0; i < 2; ++i) {
            vm.prank(operators.addresses[i]);
            set.removeSelf(keys.addresses[i]);
        }
        vm.prank(_operator);
        vm.expectRevert(abi.encodeWithSelector(Churns.ChurnExhausted.selector, 2, 1));
        set.removeSelf(_key);
    }
}
