// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {BridgedERC20} from "../src/assets/BridgedERC20.sol";
import {Deposit, Transfers} from "../src/libraries/Transfers.sol";
import {Change} from "../src/validators/Proposal.sol";
import {Readiness} from "../src/validators/Readiness.sol";
import {BridgeFixture} from "./support/BridgeFixture.sol";

/// @title Storage that others read by slot (X6, B10, V2)
/// @dev Read raw, against the views: consensus, attesters and exit proofs never call these contracts.
contract StorageLayoutTest is BridgeFixture {
    function setUp() public {
        deployBridge(4, 4);
    }

    function _slot(address target, uint256 slot) private view returns (uint256) {
        return uint256(vm.load(target, bytes32(slot)));
    }

    function _mapped(address key, uint256 slot) private pure returns (uint256) {
        return uint256(keccak256(abi.encode(key, slot)));
    }

    function test_outbox_slots() public {
        assertEq(bytes32(_slot(OUTBOX, 0)), genesisCheckpoint().outboxRoot, "empty root");
        onSidechain();
        outbox.send(address(1), 0, "");
        onL1();
        l1Outbox.send(address(1), 0, "");
        l1Outbox.send(address(1), 0, "");
        assertEq(bytes32(_slot(OUTBOX, 0)), outbox.root(), "sidechain root");
        assertEq(_slot(OUTBOX, 1), 1, "sidechain count");
        assertEq(bytes32(_slot(address(l1Outbox), 0)), l1Outbox.root(), "L1 root");
        assertEq(_slot(address(l1Outbox), 1), 2, "L1 count");
    }

    function test_orderedInbox_slots() public {
        assertEq(_slot(ORDERED_INBOX, 0), 0, "empty accumulator");
        onL1();
        l1Outbox.send(address(1), 0, "");
        carryToSidechain();
        assertEq(bytes32(_slot(ORDERED_INBOX, 0)), orderedInbox.acc(), "accumulator");
        assertEq(_slot(ORDERED_INBOX, 1), 1, "count");
    }

    function test_validatorSet_slots() public view {
        _validatorSetSlots(4, 4);
    }

    /// @dev The slots follow every kind of change, and leave nothing of who left.
    function test_validatorSet_slotsAfterChanges() public {
        onSidechain();
        KeySet memory operators = keySet("operator", 4);
        address[] memory before = validatorSet.validators();
        vm.prank(operators.addresses[1]);
        validatorSet.removeSelf(before[1]);
        _validatorSetSlots(3, 4);
        assertEq(_slot(VALIDATOR_SET, _mapped(before[1], 1)), 0, "operator of who left");
        assertEq(_slot(VALIDATOR_SET, uint256(keccak256(abi.encode(0))) + 3), 0, "place that got free");

        vm.prank(operators.addresses[0]);
        uint256 id = validatorSet.propose(Change.AddAttester, account("newcomer"), address(0));
        vm.prank(operators.addresses[2]);
        validatorSet.vote(id);
        _validatorSetSlots(3, 5);

        vm.roll(vm.getBlockNumber() + EPOCH_LENGTH);
        uint256 secret = uint256(keccak256("new key")) >> 1;
        uint256 last = vm.getBlockNumber() - 1;
        bytes memory ready = seal(secret, Readiness.digest(VALIDATOR_SET, vm.addr(secret), blockhash(last)));
        vm.prank(operators.addresses[0]);
        validatorSet.rotate(before[0], vm.addr(secret), last, ready);
        _validatorSetSlots(3, 5);
        assertEq(_slot(VALIDATOR_SET, _mapped(before[0], 1)), 0, "operator of the old key");
    }

    function _validatorSetSlots(uint256 validatorCount, uint256 attesterCount) private view {
        assertEq(_slot(VALIDATOR_SET, 0), validatorCount, "keys");
        assertEq(_slot(VALIDATOR_SET, 2), attesterCount, "attesters");
        for (uint256 i = 0; i < validatorCount; ++i) {
            address key = validatorSet.validators()[i];
            assertEq(_slot(VALIDATOR_SET, uint256(keccak256(abi.encode(0))) + i), uint160(key), "key");
            assertEq(_slot(VALIDATOR_SET, _mapped(key, 1)), uint160(validatorSet.operatorOf(key)), "operator");
        }
        for (uint256 i = 0; i < attesterCount; ++i) {
            address attester = validatorSet.attesters()[i];
            assertEq(_slot(VALIDATOR_SET, uint256(keccak256(abi.encode(2))) + i), uint160(attester), "attester");
        }
    }

    function test_bridgedToken_slots() public {
        bytes memory data =
            Transfers.encode(Deposit(1, address(0x70ce0), address(1), address(this), 77, "Name", "SYM", 18));
        onSidechain();
        vm.prank(ORDERED_INBOX);
        mint.receiveBridgeMessage(0, 1, address(vault), data);
        BridgedERC20 bridged = BridgedERC20(mint.tokenOf(address(0x70ce0)));
        bridged.approve(address(2), 33);
        assertEq(_slot(address(bridged), _mapped(address(this), 0)), 77, "balance");
        uint256 allowances = _mapped(address(this), 1);
        assertEq(_slot(address(bridged), _mapped(address(2), allowances)), 33, "allowance");
        assertEq(_slot(address(bridged), 2), 77, "totalSupply");
        assertEq(bytes32(_slot(address(bridged), 3)), bytes32("Name") | bytes32(uint256(8)), "name");
        assertEq(bytes32(_slot(address(bridged), 4)), bytes32("SYM") | bytes32(uint256(6)), "symbol");
    }
}
