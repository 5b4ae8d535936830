// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Change} from "../../src/validators/Proposal.sol";
import {Readiness} from "../../src/validators/Readiness.sol";
import {Rosters} from "../../src/validators/Rosters.sol";
import {ValidatorSet} from "../../src/validators/ValidatorSet.sol";
import {ValidatorSetFixture} from "./ValidatorSetFixture.sol";

/// @title The Ready of a candidate (V4)
contract ReadinessTest is ValidatorSetFixture {
    uint256 private constant CURVE_ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141;

    address private _anna = candidateOf("anna");

    function setUp() public {
        deploy(7, 4);
        vm.roll(1_000);
    }

    function _refused(uint256 blockNumber, bytes memory signature, bytes memory reason) private {
        vm.expectRevert(reason);
        set.postReady(_anna, blockNumber, signature);
    }

    function test_postReady_succeeds() public {
        (uint256 blockNumber, bytes memory signature) = readyNow("anna");
        vm.expectEmit(address(set));
        emit ValidatorSet.ReadyPosted(_anna, 999);
        set.postReady(_anna, blockNumber, signature);
        assertEq(set.readyAt(_anna), 999, "ready at");
    }

    function test_postReady_oldestKnownBlock_succeeds() public {
        set.postReady(_anna, 1_000 - 256, readyOver("anna", blockhash(1_000 - 256)));
        assertEq(set.readyAt(_anna), 1_000 - 256, "ready at");
    }

    function test_postReady_unknownBlock_reverts() public {
        bytes memory signature = readyOver("anna", bytes32(0));
        uint256[4] memory numbers = [uint256(1_000 - 257), 1_000, 1_001, type(uint256).max];
        for (uint256 i = 0; i < numbers.length; ++i) {
            bytes memory reason = abi.encodeWithSelector(Readiness.BlockHashUnknown.selector, numbers[i], 1_000);
            _refused(numbers[i], signature, reason);
        }
    }

    function test_postReady_genesisBlock_reverts() public {
        vm.roll(1);
        _refused(
            0, readyOver("anna", blockhash(0)), abi.encodeWithSelector(Readiness.ReadyOutdated.selector, _anna, 0, 1)
        );
    }

    /// @dev The digest binds candidate, block, contract and chain.
    function test_postReady_signedSomethingElse_reverts() public {
        bytes32 blockHash = blockhash(999);
        bytes32[4] memory digests = [
            Readiness.digest(address(set), candidateOf("bert"), blockHash),
            Readiness.digest(address(set), _anna, blockhash(998)),
            Readiness.digest(address(this), _anna, blockHash),
            bytes32(0)
        ];
        vm.chainId(SIDECHAIN_ID + 1);
        digests[3] = Readiness.digest(address(set), _anna, blockHash);
        vm.chainId(SIDECHAIN_ID);
        for (uint256 i = 0; i < digests.length; ++i) {
            bytes memory signature = seal(secretOf("anna"), digests[i]);
            vm.expectPartialRevert(Readiness.ReadyNotSigned.selector);
            set.postReady(_anna, 999, signature);
        }
    }

    function test_postReady_signedByAnother_reverts() public {
        bytes memory signature = seal(secretOf("bert"), Readiness.digest(address(set), _anna, blockhash(999)));
        _refused(999, signature, abi.encodeWithSelector(Readiness.ReadyNotSigned.selector, _anna, candidateOf("bert")));
    }

    /// @dev One signature has one encoding (C2): neither the upper s, nor v 0 or 1, nor 64 bytes.
    function test_postReady_otherEncoding_reverts() public {
        (uint8 v, bytes32 r, bytes32 s) =
            vm.sign(secretOf("anna"), Readiness.digest(address(set), _anna, blockhash(999)));
        bytes32 highS = bytes32(CURVE_ORDER - uint256(s));
        bytes32 compact = bytes32(uint256(s) | (uint256(v - 27) << 255));
        bytes memory reason = abi.encodeWithSelector(Readiness.ReadyNotSigned.selector, _anna, address(0));
        _refused(999, abi.encodePacked(r, highS, 55 - v), reason);
        _refused(999, abi.encodePacked(r, s, v - 27), reason);
        _refused(999, abi.encodePacked(r, compact), reason);
        _refused(999, abi.encodePacked(r, s, v, uint8(0)), reason);
        _refused(999, "", reason);
        set.postReady(_anna, 999, abi.encodePacked(r, s, v));
    }

    function test_postReady_validator_reverts() public {
        address key = keys.addresses[0];
        bytes memory signature = seal(keys.keys[0], Readiness.digest(address(set), key, blockhash(999)));
        vm.expectRevert(abi.encodeWithSelector(Rosters.IsConsensusKey.selector, key));
        set.postReady(key, 999, signature);
    }

    /// @dev Carrying an older Ready again takes nothing back, and cannot block a newer one.
    function test_postReady_older_succeeds() public {
        postReady("anna");
        set.postReady(_anna, 990, readyOver("anna", blockhash(990)));
        assertEq(set.readyAt(_anna), 999, "newest");
        passBlocks(5);
        postReady("anna");
        assertEq(set.readyAt(_anna), 1_004, "newest");
    }

    /// @dev When it is acted on, a Ready is at most one epoch old.
    function test_execute_readyOfOneEpoch_succeeds() public {
        postReady("anna");
        uint256 id = proposeWith(4, Change.AddValidator, _anna, operatorOf("anna"));
        vm.roll(999 + EPOCH_LENGTH);
        voteAs(4, id);
        assertTrue(isListed(_anna), "listed");
    }

    function test_execute_readyTooOld_reverts() public {
        postReady("anna");
        uint256 id = proposeWith(4, Change.AddValidator, _anna, operatorOf("anna"));
        vm.roll(999 + EPOCH_LENGTH + 1);
        voteAs(4, id);
        assertTrue(!isListed(_anna), "the vote counts, but adds nobody");
        vm.expectRevert(abi.encodeWithSelector(ValidatorSet.NotReady.selector, _anna, 999));
        set.execute(id);
        postReady("anna");
        set.execute(id);
        assertTrue(isListed(_anna), "listed");
    }

    /// @dev A Ready lets a key in once: who left the list must sign again.
    function test_execute_readyOfAnEarlierStay_reverts() public {
        (uint256 blockNumber, bytes memory signature) = readyNow("anna");
        set.postReady(_anna, blockNumber, signature);
        proposeWith(quorum(), Change.AddValidator, _anna, operatorOf("anna"));
        passBlocks(2);
        remove(_anna);
        assertEq(set.readyAt(_anna), 0, "forgotten");
        _refused(
            blockNumber, signature, abi.encodeWithSelector(Readiness.ReadyOutdated.selector, _anna, blockNumber, 1_002)
        );
        passEpoch();
        uint256 id = proposeWith(quorum(), Change.AddValidator, _anna, operatorOf("anna"));
        assertTrue(!isListed(_anna), "not ready");
        vm.expectRevert(abi.encodeWithSelector(ValidatorSet.NotReady.selector, _anna, 0));
        set.execute(id);
        postReady("anna");
        set.execute(id);
        assertTrue(isListed(_anna), "listed again");
    }
}
