// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Churns} from "../../src/validators/Churns.sol";
import {Change} from "../../src/validators/Proposal.sol";
import {ValidatorSet} from "../../src/validators/ValidatorSet.sol";
import {ValidatorSetFixture} from "./ValidatorSetFixture.sol";

/// @title Attesters, registered by q votes of the validators (B7)
contract AttestersTest is ValidatorSetFixture {
    address private _newcomer = account("new attester");

    function setUp() public {
        deploy(4, 7);
    }

    function _isAttester(address account_) private view returns (bool) {
        address[] memory list = set.attesters();
        for (uint256 i = 0; i < list.length; ++i) {
            if (list[i] == account_) return true;
        }
        return false;
    }

    function test_addAttester_quorum_succeeds() public {
        uint256 id = proposeWith(2, Change.AddAttester, _newcomer, address(0));
        assertTrue(!_isAttester(_newcomer), "not by a bare majority");
        vm.expectEmit(address(set));
        emit ValidatorSet.AttesterAdded(_newcomer);
        voteAs(2, id);
        assertTrue(_isAttester(_newcomer), "attester");
        assertEq(set.attesterChanges(), 1, "changes");
        assertEq(set.churnLeft(), 1, "validators' churn");
    }

    function test_removeAttester_quorum_succeeds() public {
        address attester = attesters.addresses[3];
        uint256 id = proposeWith(2, Change.RemoveAttester, attester, address(0));
        vm.expectEmit(address(set));
        emit ValidatorSet.AttesterRemoved(attester);
        voteAs(2, id);
        assertTrue(!_isAttester(attester), "gone");
        assertEq(set.attesterChanges(), 1, "changes");
    }

    /// @dev An attester has no vote on who is one.
    function test_propose_attester_reverts() public {
        vm.prank(attesters.addresses[0]);
        vm.expectRevert(abi.encodeWithSelector(ValidatorSet.NotOperator.selector, attesters.addresses[0]));
        set.propose(Change.AddAttester, _newcomer, address(0));
    }

    function test_changeAttesters_churn_reverts() public {
        proposeWith(3, Change.AddAttester, _newcomer, address(0));
        proposeWith(3, Change.RemoveAttester, attesters.addresses[0], address(0));
        uint256 id = proposeWith(3, Change.RemoveAttester, attesters.addresses[1], address(0));
        assertEq(set.attesters().length, 7, "two of seven");
        vm.expectRevert(abi.encodeWithSelector(Churns.ChurnExhausted.selector, 2, 1));
        set.execute(id);
        passEpoch();
        set.execute(id);
        assertEq(set.attesters().length, 6, "next epoch");
    }

    /// @dev Who votes is the same: other proposals go on.
    function test_changeAttesters_otherProposalsGoOn_succeeds() public {
        uint256 id = proposeWith(2, Change.AddValidator, postReady("anna"), operatorOf("anna"));
        proposeWith(3, Change.AddAttester, _newcomer, address(0));
        assertTrue(set.isOpen(id), "open");
        voteAs(2, id);
        assertTrue(isListed(candidateOf("anna")), "listed");
    }

    /// @dev A change of the validators ends proposals about attesters too: their voters are others now.
    function test_changeValidators_endsProposals_succeeds() public {
        uint256 id = proposeWith(2, Change.AddAttester, _newcomer, address(0));
        add("anna");
        assertTrue(!set.isOpen(id), "closed");
    }
}
