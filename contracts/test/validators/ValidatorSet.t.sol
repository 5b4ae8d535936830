// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ValidatorSets} from "../../src/libraries/ValidatorSets.sol";
import {Rosters} from "../../src/validators/Rosters.sol";
import {ValidatorSet} from "../../src/validators/ValidatorSet.sol";
import {Validators} from "../support/Validators.sol";

contract ValidatorSetTest is Validators {
    address[] private _keys;
    address[] private _operators;
    address[] private _attesters;

    function setUp() public {
        _keys = keySet("consensus", 4).addresses;
        _operators = keySet("operator", 4).addresses;
        _attesters = keySet("attester", 3).addresses;
    }

    function _refused(uint256 epochLength, uint256 minValidators, bytes memory reason) private {
        vm.expectRevert(reason);
        new ValidatorSet(_keys, _operators, _attesters, epochLength, minValidators);
    }

    function test_constructor_succeeds() public {
        ValidatorSet set = new ValidatorSet(_keys, _operators, _attesters, 30, 4);
        assertEq(keccak256(abi.encode(set.validators())), keccak256(abi.encode(_keys)), "keys");
        assertEq(keccak256(abi.encode(set.attesters())), keccak256(abi.encode(_attesters)), "attesters");
        assertEq(set.setHash(), keccak256(abi.encode(_keys)), "hash");
        assertEq(set.EPOCH_LENGTH(), 30, "epoch");
        assertEq(set.MIN_VALIDATORS(), 4, "min");
        for (uint256 i = 0; i < 4; ++i) {
            assertEq(set.operatorOf(_keys[i]), _operators[i], "operator");
        }
    }

    function test_constructor_noAttesters_succeeds() public {
        ValidatorSet set = new ValidatorSet(_keys, _operators, new address[](0), 30, 4);
        assertEq(set.attesters().length, 0, "attesters");
    }

    function test_constructor_tooFewKeys_reverts() public {
        _refused(30, 5, abi.encodeWithSelector(ValidatorSets.SetSizeOutOfRange.selector, 4, 5, 64));
    }

    function test_constructor_tooManyKeys_reverts() public {
        _keys = keySet("consensus", 65).addresses;
        _refused(30, 4, abi.encodeWithSelector(ValidatorSets.SetSizeOutOfRange.selector, 65, 4, 64));
    }

    function test_constructor_duplicateKey_reverts() public {
        _keys[1] = _keys[0];
        _refused(30, 4, abi.encodeWithSelector(ValidatorSets.SetNotAscending.selector, 1));
    }

    function test_constructor_zeroKey_reverts() public {
        _keys[0] = address(0);
        _refused(30, 4, abi.encodeWithSelector(ValidatorSets.SetNotAscending.selector, 0));
    }

    function test_constructor_duplicateAttester_reverts() public {
        _attesters[2] = _attesters[1];
        _refused(30, 4, abi.encodeWithSelector(ValidatorSets.SetNotAscending.selector, 2));
    }

    function test_constructor_operatorMissing_reverts() public {
        _operators.pop();
        _refused(30, 4, abi.encodeWithSelector(ValidatorSet.OperatorCountMismatch.selector, 4, 3));
    }

    function test_constructor_zeroOperator_reverts() public {
        _operators[2] = address(0);
        _refused(30, 4, abi.encodeWithSelector(Rosters.ReservedAddress.selector, address(0)));
    }

    /// @dev V4: one account, one role.
    function test_constructor_sharedAccount_reverts() public {
        _operators[2] = _keys[1];
        _refused(30, 4, abi.encodeWithSelector(Rosters.IsConsensusKey.selector, _keys[1]));
        _operators[2] = _attesters[1];
        _refused(30, 4, abi.encodeWithSelector(Rosters.IsAttester.selector, _attesters[1]));
        _operators[2] = _operators[1];
        _attesters = _keys;
        _refused(30, 4, abi.encodeWithSelector(Rosters.IsAttester.selector, _keys[0]));
    }

    function test_constructor_reservedKey_reverts() public {
        _keys[0] = address(0xca01);
        _refused(30, 4, abi.encodeWithSelector(Rosters.ReservedAddress.selector, _keys[0]));
    }

    function test_constructor_reservedAttester_reverts() public {
        _attesters[0] = address(1);
        _refused(30, 4, abi.encodeWithSelector(Rosters.ReservedAddress.selector, address(1)));
    }

    function test_constructor_zeroEpochLength_reverts() public {
        _refused(0, 4, abi.encodeWithSelector(ValidatorSet.ZeroEpochLength.selector));
    }

    function test_constructor_zeroMinValidators_reverts() public {
        _refused(30, 0, abi.encodeWithSelector(ValidatorSet.ZeroMinValidators.selector));
    }
}
