// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Change} from "../../src/validators/Proposal.sol";
import {Churns} from "../../src/validators/Churns.sol";
import {Epochs} from "../../src/validators/Epochs.sol";
import {ValidatorSetFixture} from "./ValidatorSetFixture.sol";

/// @title How much changes between two readings (V1, V3)
contract ChurnTest is ValidatorSetFixture {
    /// @dev max(1, f) of the list that was read last, for every size.
    function testFuzz_churnLeft_ofSize_succeeds(uint256 size) public {
        size = bound(size, 4, 64);
        deploy(size, size);
        uint256 f = (size - 1) / 3;
        assertEq(set.churnLeft(), f == 0 ? 1 : f, "validators");
        assertEq(set.attesterChurnLeft(), f == 0 ? 1 : f, "attesters");
    }

    function test_churnLeft_smallAttesterSets_succeeds() public {
        for (uint256 size = 0; size < 4; ++size) {
            deploy(4, size);
            assertEq(set.attesterChurnLeft(), 1, "one");
        }
    }

    /// @dev Epoch e is blocks (e - 1) * length + 1 to e * length: consensus reads after the last of them.
    function testFuzz_epoch_matchesReadings_succeeds(uint256 height, uint256 length) public pure {
        height = bound(height, 1, 2 ** 40);
        length = bound(length, 1, 1_000_000);
        uint256 epoch = Epochs.numberAt(height, length);
        assertLe(Epochs.firstBlock(epoch, length), height, "from its first block");
        assertLe(height, epoch * length, "to its last block");
        // S(h) is read where (h - 1) mod length = 0: the list after block h - 1. Only there a new epoch begins.
        bool readBefore = (height - 1) % length == 0;
        assertTrue((Epochs.numberAt(height - 1, length) != epoch) == readBefore, "changes where the list is read");
    }

    function test_churn_lastAndFirstBlock_succeeds() public {
        deploy(6, 0);
        vm.roll(EPOCH_LENGTH);
        remove(keys.addresses[5]);
        uint256 id = remove(keys.addresses[4]);
        assertEq(set.validators().length, 5, "one in the last block");
        vm.expectRevert(abi.encodeWithSelector(Churns.ChurnExhausted.selector, 1, 1));
        set.execute(id);
        vm.roll(EPOCH_LENGTH + 1);
        set.execute(id);
        assertEq(set.validators().length, 4, "one in the first");
        assertEq(set.churnLeft(), 0, "used up");
        vm.roll(2 * EPOCH_LENGTH);
        assertEq(set.churnLeft(), 0, "to the last");
    }

    /// @dev Six allow one change. The seventh validator would allow two: not before it was read.
    function test_churn_growthDoesNotRaiseIt_succeeds() public {
        deploy(6, 0);
        add("anna");
        assertEq(set.churnLeft(), 0, "used up");
        address bert = postReady("bert");
        uint256 id = proposeWith(quorum(), Change.AddValidator, bert, operatorOf("bert"));
        vm.expectRevert(abi.encodeWithSelector(Churns.ChurnExhausted.selector, 1, 1));
        set.execute(id);
        passEpoch();
        assertEq(set.churnLeft(), 2, "of seven");
        set.execute(id);
        assertEq(set.churnLeft(), 1, "left");
    }

    /// @dev Seven allow two changes, also when the first leaves six.
    function test_churn_shrinkingDoesNotLowerIt_succeeds() public {
        deploy(7, 0);
        remove(keys.addresses[6]);
        assertEq(set.churnLeft(), 1, "left");
        remove(keys.addresses[5]);
        assertEq(set.validators().length, 5, "size");
        assertEq(set.churnLeft(), 0, "used up");
        passEpoch();
        assertEq(set.churnLeft(), 1, "of five");
    }

    function test_churn_attestersHaveTheirOwn_succeeds() public {
        deploy(4, 4);
        add("anna");
        assertEq(set.churnLeft(), 0, "validators");
        assertEq(set.attesterChurnLeft(), 1, "attesters");
        proposeWith(quorum(), Change.AddAttester, account("attester"), address(0));
        assertEq(set.attesters().length, 5, "attester added");
        assertEq(set.attesterChurnLeft(), 0, "attesters");
    }

    /// @dev A proposal with its votes waits for the next epoch and lives long enough to see it.
    function test_churn_votedProposalWaits_succeeds() public {
        deploy(4, 0);
        vm.roll(EPOCH_LENGTH + 1);
        add("anna");
        uint256 id = remove(keys.addresses[0]);
        assertTrue(isListed(keys.addresses[0]), "waits");
        vm.roll(2 * EPOCH_LENGTH);
        vm.expectRevert(abi.encodeWithSelector(Churns.ChurnExhausted.selector, 1, 2));
        set.execute(id);
        vm.roll(2 * EPOCH_LENGTH + 1);
        set.execute(id);
        assertTrue(!isListed(keys.addresses[0]), "gone");
    }
}
