// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Change} from "../../src/validators/Proposal.sol";
import {Readiness} from "../../src/validators/Readiness.sol";
import {ValidatorSet} from "../../src/validators/ValidatorSet.sol";
import {Validators} from "../support/Validators.sol";

/// @title A validator set and the people who run it
/// @notice Operator i runs validator i of the genesis list. Time is told in blocks, starting early in epoch 1.
abstract contract ValidatorSetFixture is Validators {
    uint256 internal constant EPOCH_LENGTH = 30;
    uint256 internal constant MIN_VALIDATORS = 4;
    uint256 internal constant SIDECHAIN_ID = 73311;

    ValidatorSet internal set;
    KeySet internal keys;
    KeySet internal operators;
    KeySet internal attesters;

    function deploy(uint256 validatorCount, uint256 attesterCount) internal {
        vm.chainId(SIDECHAIN_ID);
        vm.roll(0);
        keys = keySet("consensus", validatorCount);
        operators = keySet("operator", validatorCount);
        attesters = keySet("attester", attesterCount);
        set = new ValidatorSet(keys.addresses, operators.addresses, attesters.addresses, EPOCH_LENGTH, MIN_VALIDATORS);
        vm.roll(2);
    }

    // ---- time

    function passBlocks(uint256 count) internal {
        vm.roll(vm.getBlockNumber() + count);
    }

    /// @dev To the first block of the next epoch.
    function passEpoch() internal {
        vm.roll(lastBlockOfEpoch() + 1);
    }

    function lastBlockOfEpoch() internal view returns (uint256) {
        uint256 number = vm.getBlockNumber();
        return number + (EPOCH_LENGTH - number % EPOCH_LENGTH) % EPOCH_LENGTH;
    }

    // ---- voting

    function quorum() internal view returns (uint256) {
        return (2 * set.validators().length + 2) / 3;
    }

    function proposeAs(uint256 operator, Change change, address subject) internal returns (uint256) {
        return proposeAs(operator, change, subject, address(0));
    }

    function proposeAs(uint256 operator, Change change, address subject, address newOperator)
        internal
        returns (uint256)
    {
        vm.prank(operators.addresses[operator]);
        return set.propose(change, subject, newOperator);
    }

    function voteAs(uint256 operator, uint256 id) internal {
        vm.prank(operators.addresses[operator]);
        set.vote(id);
    }

    /// @dev Operator 0 proposes and, with those after it, makes `votes` votes.
    function proposeWith(uint256 votes, Change change, address subject, address newOperator)
        internal
        returns (uint256 id)
    {
        id = proposeAs(0, change, subject, newOperator);
        for (uint256 i = 1; i < votes; ++i) {
            voteAs(i, id);
        }
    }

    /// @dev Votes a candidate in, with its Ready.
    function add(string memory name) internal returns (address candidate) {
        candidate = postReady(name);
        proposeWith(quorum(), Change.AddValidator, candidate, operatorOf(name));
    }

    function remove(address key) internal returns (uint256 id) {
        return proposeWith(quorum(), Change.RemoveValidator, key, address(0));
    }

    // ---- candidates

    function secretOf(string memory name) internal pure returns (uint256) {
        return uint256(keccak256(abi.encode("candidate", name))) >> 1;
    }

    function candidateOf(string memory name) internal pure returns (address) {
        return vm.addr(secretOf(name));
    }

    /// @dev The operator that a candidate comes with.
    function operatorOf(string memory name) internal pure returns (address) {
        return account(string.concat(name, "'s operator"));
    }

    /// @dev A Ready over the block before this one.
    function readyNow(string memory name) internal view returns (uint256 blockNumber, bytes memory signature) {
        blockNumber = vm.getBlockNumber() - 1;
        signature = readyOver(name, blockhash(blockNumber));
    }

    function readyOver(string memory name, bytes32 recentBlockHash) internal view returns (bytes memory) {
        return seal(secretOf(name), Readiness.digest(address(set), candidateOf(name), recentBlockHash));
    }

    function postReady(string memory name) internal returns (address candidate) {
        candidate = candidateOf(name);
        (uint256 blockNumber, bytes memory signature) = readyNow(name);
        set.postReady(candidate, blockNumber, signature);
    }

    function rotateAs(address operator, address oldKey, string memory name) internal returns (address newKey) {
        newKey = candidateOf(name);
        (uint256 blockNumber, bytes memory signature) = readyNow(name);
        vm.prank(operator);
        set.rotate(oldKey, newKey, blockNumber, signature);
    }

    // ---- what is so

    function isListed(address key) internal view returns (bool) {
        address[] memory list = set.validators();
        for (uint256 i = 0; i < list.length; ++i) {
            if (list[i] == key) return true;
        }
        return false;
    }
}
