// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Checkpoint, Checkpoints} from "../../src/libraries/Checkpoints.sol";
import {Seals} from "../../src/libraries/Seals.sol";
import {ValidatorSets} from "../../src/libraries/ValidatorSets.sol";
import {SidechainView} from "../../src/views/SidechainView.sol";
import {BridgeFixture} from "../support/BridgeFixture.sol";
import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";

contract SidechainViewTest is BridgeFixture {
    function setUp() public {
        deployBridge(4, 4);
    }

    function _refuse(Checkpoint memory c, bytes memory reason) private {
        (uint256 signers, bytes memory seals) = certify(c);
        _refuse(c, validators.addresses, new address[](0), signers, seals, reason);
    }

    function _refuse(
        Checkpoint memory c,
        address[] memory set,
        address[] memory nextSet,
        uint256 signers,
        bytes memory seals,
        bytes memory reason
    ) private {
        onL1();
        vm.warp(uint256(GENESIS_TIMESTAMP) + 1 hours);
        vm.expectRevert(reason);
        sidechainView.submitCheckpoint(c, set, nextSet, signers, seals);
    }

    function _changeSetTo(KeySet memory next) private {
        Checkpoint memory c = nextCheckpoint();
        c.nextValidatorSetHash = ValidatorSets.hash(next.addresses);
        (uint256 signers, bytes memory seals) = certify(c);
        onL1();
        vm.warp(c.timestamp);
        sidechainView.submitCheckpoint(c, validators.addresses, next.addresses, signers, seals);
        lastCheckpoint = c;
    }

    // ---- accepting

    function test_constructor_genesisIsCheckpointZero_succeeds() public view {
        assertEq(sidechainView.recordsLength(), 1, "records");
        assertTrue(sidechainView.isAccepted(genesisCheckpoint(), GENESIS_TIMESTAMP, 0), "genesis");
        (uint64 height, uint64 timestamp, uint64 outboxCount, uint64 inboxCount) = sidechainView.head();
        assertEq(height, 0, "height");
        assertEq(timestamp, GENESIS_TIMESTAMP, "timestamp");
        assertEq(outboxCount, 0, "outboxCount");
        assertEq(inboxCount, 0, "inboxCount");
        assertEq(sidechainView.currentSetHash(), ValidatorSets.hash(validators.addresses), "set");
    }

    function test_submitCheckpoint_quorum_succeeds() public {
        Checkpoint memory c = nextCheckpoint();
        bytes32 structHash = Checkpoints.structHash(c);
        (uint256 signers, bytes memory seals) = certify(c);
        onL1();
        vm.warp(c.timestamp + 5);
        vm.expectEmit(address(sidechainView));
        emit SidechainView.CheckpointAccepted(1, c.height, structHash, c.timestamp + 5, c);
        sidechainView.submitCheckpoint(c, validators.addresses, new address[](0), signers, seals);

        assertEq(sidechainView.recordsLength(), 2, "records");
        assertEq(sidechainView.records(1), keccak256(abi.encode(structHash, c.timestamp + 5)), "record");
        assertEq(sidechainView.headAcceptedAt(), c.timestamp + 5, "acceptedAt");
        assertTrue(sidechainView.isAccepted(c, c.timestamp + 5, 1), "accepted");
        assertTrue(!sidechainView.isAccepted(c, c.timestamp + 4, 1), "another time");
        assertTrue(!sidechainView.isAccepted(c, c.timestamp + 5, 0), "another index");
        assertTrue(!sidechainView.isAccepted(c, c.timestamp + 5, 2), "index behind the list");
    }

    function test_submitCheckpoint_skippedHeights_succeeds() public {
        Checkpoint memory c = nextCheckpoint();
        c.height = 1_000;
        c.timestamp += 1_000;
        submit(c);
        (uint64 height,,,) = sidechainView.head();
        assertEq(height, 1_000, "height");
    }

    /// forge-config: default.fuzz.runs = 256
    function testFuzz_submitCheckpoint_quorumIsTwoThirdsRoundedUp(uint256 size, uint256 seed) public {
        size = bound(size, 4, 64);
        deployBridge(size, 4);
        uint256 need = (2 * size + 2) / 3;
        Checkpoint memory c = nextCheckpoint();
        bytes32 digest = sidechainView.digest(c);
        uint256 enough = _randomSigners(size, need, seed);
        uint256 oneLess = enough & (enough - 1);

        bytes memory few = sealsOf(validators, oneLess, digest);
        bytes memory quorum = sealsOf(validators, enough, digest);
        onL1();
        vm.warp(c.timestamp);
        vm.expectRevert(abi.encodeWithSelector(Seals.BelowQuorum.selector, need - 1, need));
        sidechainView.submitCheckpoint(c, validators.addresses, new address[](0), oneLess, few);
        sidechainView.submitCheckpoint(c, validators.addresses, new address[](0), enough, quorum);
        assertEq(sidechainView.recordsLength(), 2, "records");
    }

    function _randomSigners(uint256 size, uint256 count, uint256 seed) private pure returns (uint256 signers) {
        for (uint256 have = 0; have < count;) {
            seed = uint256(keccak256(abi.encode(seed)));
            uint256 bit = 1 << (seed % size);
            if (signers & bit != 0) continue;
            signers |= bit;
            ++have;
        }
    }

    // ---- seals

    function test_submitCheckpoint_floorQuorum_reverts() public {
        Checkpoint memory c = nextCheckpoint();
        bytes memory seals = sealsOf(validators, 3, sidechainView.digest(c));
        bytes memory reason = abi.encodeWithSelector(Seals.BelowQuorum.selector, 2, 3);
        _refuse(c, validators.addresses, new address[](0), 3, seals, reason);
    }

    function test_submitCheckpoint_noSeals_reverts() public {
        bytes memory reason = abi.encodeWithSelector(Seals.BelowQuorum.selector, 0, 3);
        _refuse(nextCheckpoint(), validators.addresses, new address[](0), 0, "", reason);
    }

    function test_submitCheckpoint_emptySet_reverts() public {
        bytes32 expected = ValidatorSets.hash(validators.addresses);
        bytes memory reason =
            abi.encodeWithSelector(SidechainView.WrongSet.selector, ValidatorSets.hash(new address[](0)), expected);
        _refuse(nextCheckpoint(), new address[](0), new address[](0), 0, "", reason);
    }

    function test_submitCheckpoint_duplicateSeal_reverts() public {
        Checkpoint memory c = nextCheckpoint();
        bytes32 digest = sidechainView.digest(c);
        bytes memory one = seal(validators.keys[0], digest);
        bytes memory seals = bytes.concat(one, one, seal(validators.keys[2], digest));
        bytes memory reason = abi.encodeWithSelector(Seals.SealMismatch.selector, 1);
        _refuse(c, validators.addresses, new address[](0), 7, seals, reason);
    }

    function test_submitCheckpoint_foreignSeal_reverts() public {
        Checkpoint memory c = nextCheckpoint();
        bytes32 digest = sidechainView.digest(c);
        bytes memory seals =
            bytes.concat(seal(validators.keys[0], digest), seal(validators.keys[1], digest), seal(0xbad, digest));
        // Bits 0, 1 and 3: the index is that in the set, not in the list of seals.
        bytes memory reason = abi.encodeWithSelector(Seals.SealMismatch.selector, 3);
        _refuse(c, validators.addresses, new address[](0), 11, seals, reason);
    }

    function test_submitCheckpoint_highS_reverts() public {
        Checkpoint memory c = nextCheckpoint();
        bytes32 digest = sidechainView.digest(c);
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(validators.keys[2], digest);
        uint256 order = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141;
        bytes memory high = abi.encodePacked(r, order - uint256(s), v == 27 ? uint8(28) : uint8(27));
        bytes memory seals = bytes.concat(sealsOf(validators, 3, digest), high);
        _refuse(c, validators.addresses, new address[](0), 7, seals, abi.encodeWithSelector(Seals.HighS.selector, 2));
    }

    function test_submitCheckpoint_bitBehindTheSet_reverts() public {
        Checkpoint memory c = nextCheckpoint();
        (, bytes memory seals) = certify(c);
        bytes memory reason = abi.encodeWithSelector(Seals.BadBitmap.selector, 0x13, 4);
        _refuse(c, validators.addresses, new address[](0), 0x13, seals, reason);
    }

    function test_submitCheckpoint_sealsTooShort_reverts() public {
        Checkpoint memory c = nextCheckpoint();
        bytes memory seals = sealsOf(validators, 3, sidechainView.digest(c));
        bytes memory reason = abi.encodeWithSelector(Seals.BadLength.selector, 130, 195);
        _refuse(c, validators.addresses, new address[](0), 7, seals, reason);
    }

    function test_submitCheckpoint_sealsOfAnotherChain_reverts() public {
        Checkpoint memory c = nextCheckpoint();
        bytes32 domain = Checkpoints.domainSeparator(SIDECHAIN_ID, keccak256("another genesis"));
        bytes memory seals = sealsOf(validators, 7, MessageHashUtils.toTypedDataHash(domain, Checkpoints.structHash(c)));
        bytes memory reason = abi.encodeWithSelector(Seals.SealMismatch.selector, 0);
        _refuse(c, validators.addresses, new address[](0), 7, seals, reason);
    }

    function testFuzz_submitCheckpoint_randomSeals_reverts(bytes calldata noise, uint256 signers) public {
        Checkpoint memory c = nextCheckpoint();
        bytes memory seals = noise;
        for (uint256 i = noise.length; i < 195; i += 32) {
            seals = bytes.concat(seals, keccak256(abi.encode(noise, i)));
        }
        assembly ("memory-safe") {
            mstore(seals, 195)
        }
        seals[64] = signers & 16 == 0 ? bytes1(0x1b) : bytes1(0x1c);
        onL1();
        vm.warp(c.timestamp);
        uint256[4] memory quorums = [uint256(7), 11, 13, 14];
        (bool success,) = address(sidechainView)
            .call(
                abi.encodeCall(
                    sidechainView.submitCheckpoint,
                    (c, validators.addresses, new address[](0), quorums[signers % 4], seals)
                )
            );
        assertTrue(!success, "accepted");
    }

    /// @dev Whatever field is changed after sealing, nothing is accepted.
    function testFuzz_submitCheckpoint_changedField_reverts(uint256 field, uint256 change) public {
        Checkpoint memory c = nextCheckpoint();
        c.height += 10;
        c.timestamp += 10;
        (uint256 signers, bytes memory seals) = certify(c);
        _alter(c, field % 11, change);
        onL1();
        vm.warp(uint256(GENESIS_TIMESTAMP) + 1 hours);
        (bool success,) = address(sidechainView)
            .call(
                abi.encodeCall(
                    sidechainView.submitCheckpoint, (c, validators.addresses, new address[](0), signers, seals)
                )
            );
        assertTrue(!success, "accepted");
    }

    /// @dev Changes one field to another value.
    function _alter(Checkpoint memory c, uint256 field, uint256 change) private pure {
        uint256 word;
        uint256 width = field == 1 ? 32 : field == 0 || field == 2 || field == 6 || field == 8 ? 64 : 256;
        assembly ("memory-safe") {
            word := mload(add(c, mul(field, 0x20)))
        }
        uint256 mask = width == 256 ? type(uint256).max : (1 << width) - 1;
        uint256 altered = word ^ ((change & mask) == 0 ? 1 : change & mask);
        assembly ("memory-safe") {
            mstore(add(c, mul(field, 0x20)), altered)
        }
    }

    // ---- progress

    function test_submitCheckpoint_staleHeight_reverts() public {
        Checkpoint memory c = nextCheckpoint();
        submit(c);
        c.timestamp += 1;
        _refuse(c, abi.encodeWithSelector(SidechainView.StaleHeight.selector, 1, 1));
    }

    function test_submitCheckpoint_sameBlockOfAnotherRound_reverts() public {
        Checkpoint memory c = nextCheckpoint();
        submit(c);
        c.round = 3;
        _refuse(c, abi.encodeWithSelector(SidechainView.StaleHeight.selector, 1, 1));
        assertEq(sidechainView.recordsLength(), 2, "records");
    }

    function test_submitCheckpoint_timeNotAfter_reverts() public {
        submit(nextCheckpoint());
        Checkpoint memory c = nextCheckpoint();
        c.timestamp -= 1;
        _refuse(c, abi.encodeWithSelector(SidechainView.TimeNotAfter.selector, c.timestamp, c.timestamp));
    }

    function test_submitCheckpoint_sixtySecondsAhead_succeeds() public {
        Checkpoint memory c = nextCheckpoint();
        c.timestamp = uint64(vm.getBlockTimestamp()) + 60;
        (uint256 signers, bytes memory seals) = certify(c);
        onL1();
        sidechainView.submitCheckpoint(c, validators.addresses, new address[](0), signers, seals);
        assertEq(sidechainView.recordsLength(), 2, "records");
    }

    function test_submitCheckpoint_sixtyOneSecondsAhead_reverts() public {
        Checkpoint memory c = nextCheckpoint();
        c.timestamp = uint64(vm.getBlockTimestamp()) + 61;
        (uint256 signers, bytes memory seals) = certify(c);
        onL1();
        vm.expectRevert(
            abi.encodeWithSelector(SidechainView.TimeTooFarAhead.selector, c.timestamp, vm.getBlockTimestamp() + 60)
        );
        sidechainView.submitCheckpoint(c, validators.addresses, new address[](0), signers, seals);
    }

    function test_submitCheckpoint_zeroRoots_reverts() public {
        bytes memory reason = abi.encodeWithSelector(SidechainView.ZeroRoot.selector);
        Checkpoint memory c = nextCheckpoint();
        c.outboxRoot = 0;
        _refuse(c, reason);
        c = nextCheckpoint();
        c.stateRoot = 0;
        _refuse(c, reason);
        c = nextCheckpoint();
        c.blockHash = 0;
        _refuse(c, reason);
        c = nextCheckpoint();
        c.nextValidatorSetHash = 0;
        _refuse(c, reason);
    }

    function test_submitCheckpoint_outboxCountFalls_reverts() public {
        Checkpoint memory c = nextCheckpoint();
        c.outboxCount = 5;
        submit(c);
        c = nextCheckpoint();
        c.outboxCount = 4;
        _refuse(c, abi.encodeWithSelector(SidechainView.OutboxRewritten.selector, 4, 5));
    }

    function test_submitCheckpoint_rootChangesAtEqualCount_reverts() public {
        Checkpoint memory c = nextCheckpoint();
        c.outboxRoot = keccak256("another root");
        _refuse(c, abi.encodeWithSelector(SidechainView.OutboxRewritten.selector, 0, 0));
    }

    // ---- inbox

    function _sendOnL1(uint256 messages) private {
        onL1();
        for (uint256 i = 0; i < messages; ++i) {
            l1Outbox.send(address(this), 0, abi.encode(i));
        }
    }

    function test_submitCheckpoint_inboxOfL1_succeeds() public {
        _sendOnL1(3);
        Checkpoint memory c = nextCheckpoint();
        (c.inboxCount, c.inboxAcc) = (2, l1Outbox.accAt(2));
        submit(c);
        (,,, uint64 inboxCount) = sidechainView.head();
        assertEq(inboxCount, 2, "inboxCount");
    }

    function test_submitCheckpoint_inboxFork_reverts() public {
        _sendOnL1(2);
        Checkpoint memory c = nextCheckpoint();
        (c.inboxCount, c.inboxAcc) = (2, keccak256("invented deposits"));
        _refuse(c, abi.encodeWithSelector(SidechainView.InboxFork.selector, 2, c.inboxAcc, l1Outbox.accAt(2)));
    }

    function test_submitCheckpoint_inboxAheadOfL1_reverts() public {
        _sendOnL1(1);
        Checkpoint memory c = nextCheckpoint();
        (c.inboxCount, c.inboxAcc) = (2, keccak256("not sent yet"));
        _refuse(c, abi.encodeWithSelector(SidechainView.InboxFork.selector, 2, c.inboxAcc, bytes32(0)));
    }

    function test_submitCheckpoint_zeroAccumulatorAboveCountZero_reverts() public {
        Checkpoint memory c = nextCheckpoint();
        c.inboxCount = 1;
        _refuse(c, abi.encodeWithSelector(SidechainView.InboxFork.selector, 1, bytes32(0), bytes32(0)));
    }

    function test_submitCheckpoint_accumulatorAtCountZero_reverts() public {
        Checkpoint memory c = nextCheckpoint();
        c.inboxAcc = keccak256("something");
        _refuse(c, abi.encodeWithSelector(SidechainView.InboxFork.selector, 0, c.inboxAcc, bytes32(0)));
    }

    function test_submitCheckpoint_inboxCountFalls_reverts() public {
        _sendOnL1(2);
        Checkpoint memory c = nextCheckpoint();
        (c.inboxCount, c.inboxAcc) = (2, l1Outbox.accAt(2));
        submit(c);
        c = nextCheckpoint();
        (c.inboxCount, c.inboxAcc) = (1, l1Outbox.accAt(1));
        _refuse(c, abi.encodeWithSelector(SidechainView.InboxRewound.selector, 1, 2));
    }

    // ---- the set

    function test_submitCheckpoint_changesTheSet_succeeds() public {
        KeySet memory next = keySet("next", 7);
        bytes32 oldHash = ValidatorSets.hash(validators.addresses);
        bytes32 nextHash = ValidatorSets.hash(next.addresses);
        _changeSetTo(next);
        assertEq(sidechainView.currentSetHash(), nextHash, "current");
        assertEq(sidechainView.retiredAt(oldHash), vm.getBlockTimestamp(), "retired");

        _refuse(nextCheckpoint(), abi.encodeWithSelector(SidechainView.WrongSet.selector, oldHash, nextHash));
        validators = next;
        submit(nextCheckpoint());
        assertEq(sidechainView.recordsLength(), 3, "records");
    }

    function test_submitCheckpoint_anotherSetInCalldata_reverts() public {
        KeySet memory other = keySet("other", 4);
        Checkpoint memory c = nextCheckpoint();
        bytes memory seals = sealsOf(other, 7, sidechainView.digest(c));
        bytes memory reason = abi.encodeWithSelector(
            SidechainView.WrongSet.selector, ValidatorSets.hash(other.addresses), c.validatorSetHash
        );
        _refuse(c, other.addresses, new address[](0), 7, seals, reason);
    }

    /// @dev The set comes from storage, never from what is submitted.
    function test_submitCheckpoint_selfMadeSet_reverts() public {
        KeySet memory other = keySet("other", 4);
        Checkpoint memory c = nextCheckpoint();
        bytes32 expected = c.validatorSetHash;
        c.validatorSetHash = ValidatorSets.hash(other.addresses);
        c.nextValidatorSetHash = c.validatorSetHash;
        bytes memory seals = sealsOf(other, 7, sidechainView.digest(c));
        bytes memory reason = abi.encodeWithSelector(SidechainView.WrongSet.selector, c.validatorSetHash, expected);
        _refuse(c, other.addresses, new address[](0), 7, seals, reason);
    }

    function test_submitCheckpoint_nextSetMissing_reverts() public {
        Checkpoint memory c = nextCheckpoint();
        c.nextValidatorSetHash = keccak256("some set");
        bytes32 empty = ValidatorSets.hash(new address[](0));
        _refuse(c, abi.encodeWithSelector(SidechainView.WrongSet.selector, empty, c.nextValidatorSetHash));
    }

    function test_submitCheckpoint_nextSetWithoutChange_reverts() public {
        Checkpoint memory c = nextCheckpoint();
        (uint256 signers, bytes memory seals) = certify(c);
        bytes memory reason = abi.encodeWithSelector(SidechainView.UnexpectedNextSet.selector);
        _refuse(c, validators.addresses, validators.addresses, signers, seals, reason);
    }

    function _refuseNextSet(address[] memory next, bytes memory reason) private {
        Checkpoint memory c = nextCheckpoint();
        c.nextValidatorSetHash = ValidatorSets.hash(next);
        (uint256 signers, bytes memory seals) = certify(c);
        _refuse(c, validators.addresses, next, signers, seals, reason);
    }

    function test_submitCheckpoint_nextSetTooSmall_reverts() public {
        address[] memory next = keySet("next", 3).addresses;
        _refuseNextSet(next, abi.encodeWithSelector(ValidatorSets.SetSizeOutOfRange.selector, 3, 4, 64));
    }

    function test_submitCheckpoint_nextSetTooLarge_reverts() public {
        address[] memory next = keySet("next", 65).addresses;
        _refuseNextSet(next, abi.encodeWithSelector(ValidatorSets.SetSizeOutOfRange.selector, 65, 4, 64));
    }

    function test_submitCheckpoint_nextSetNotAscending_reverts() public {
        address[] memory next = keySet("next", 4).addresses;
        (next[1], next[2]) = (next[2], next[1]);
        _refuseNextSet(next, abi.encodeWithSelector(ValidatorSets.SetNotAscending.selector, 2));
    }

    function test_submitCheckpoint_nextSetWithDuplicate_reverts() public {
        address[] memory next = keySet("next", 4).addresses;
        next[3] = next[2];
        _refuseNextSet(next, abi.encodeWithSelector(ValidatorSets.SetNotAscending.selector, 3));
    }

    function test_submitCheckpoint_nextSetWithZero_reverts() public {
        address[] memory next = keySet("next", 4).addresses;
        next[0] = address(0);
        _refuseNextSet(next, abi.encodeWithSelector(ValidatorSets.SetNotAscending.selector, 0));
    }

    // ---- constructor

    function _deployRefused(SidechainView.Config memory config, bytes memory reason) private {
        vm.expectRevert(reason);
        new SidechainView(config);
    }

    /// @dev Fewer than four validators on devnets only (C17).
    function test_constructor_minValidatorsBelowFour_reverts() public {
        onL1();
        _deployRefused(
            viewConfig(validators.addresses, 3),
            abi.encodeWithSelector(SidechainView.MinValidatorsTooLow.selector, 3, 4)
        );
    }

    function test_constructor_zeroMinValidatorsOnDevnet_reverts() public {
        vm.chainId(31337);
        _deployRefused(
            viewConfig(validators.addresses, 0),
            abi.encodeWithSelector(SidechainView.MinValidatorsTooLow.selector, 0, 1)
        );
    }

    function test_constructor_oneValidatorOnDevnet_succeeds() public {
        vm.chainId(31337);
        conflictWindow = 0;
        SidechainView devnetView = new SidechainView(viewConfig(keySet("alone", 1).addresses, 1));
        assertEq(devnetView.W(), 0, "W");
    }

    function test_constructor_fewerThanMinValidators_reverts() public {
        onL1();
        _deployRefused(
            viewConfig(keySet("few", 3).addresses, 4),
            abi.encodeWithSelector(ValidatorSets.SetSizeOutOfRange.selector, 3, 4, 64)
        );
    }

    function test_constructor_moreThanSixtyFour_reverts() public {
        onL1();
        _deployRefused(
            viewConfig(keySet("many", 65).addresses, 4),
            abi.encodeWithSelector(ValidatorSets.SetSizeOutOfRange.selector, 65, 4, 64)
        );
    }

    function test_constructor_setNotAscending_reverts() public {
        onL1();
        address[] memory set = validators.addresses;
        (set[0], set[1]) = (set[1], set[0]);
        _deployRefused(viewConfig(set, 4), abi.encodeWithSelector(ValidatorSets.SetNotAscending.selector, 1));
    }

    function test_constructor_otherConflictWindow_reverts() public {
        onL1();
        conflictWindow = 0;
        _deployRefused(
            viewConfig(validators.addresses, 4),
            abi.encodeWithSelector(SidechainView.WrongConflictWindow.selector, 0, 24 hours)
        );
    }

    function test_constructor_zeroGenesis_reverts() public {
        onL1();
        SidechainView.Config memory config = viewConfig(validators.addresses, 4);
        config.genesisHash = 0;
        _deployRefused(config, abi.encodeWithSelector(SidechainView.ZeroRoot.selector));
        config = viewConfig(validators.addresses, 4);
        config.genesisStateRoot = 0;
        _deployRefused(config, abi.encodeWithSelector(SidechainView.ZeroRoot.selector));
    }
}
