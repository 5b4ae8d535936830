// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ValidatorSet} from "../../src/validators/ValidatorSet.sol";
import {Test} from "../support/Test.sol";
import {ValidatorSetHandler} from "./ValidatorSetHandler.sol";

/// @title What holds whatever anybody does (V2, V3, V4)
contract ValidatorSetInvariantsTest is Test {
    ValidatorSetHandler private _handler;
    ValidatorSet private _set;

    function setUp() public {
        _handler = new ValidatorSetHandler();
        _set = _handler.target();
    }

    /// @dev Read by forge: calls go to the handler only.
    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_handler);
    }

    /// forge-config: default.invariant.runs = 128
    function invariant_validatorSet() external view {
        _holds();
    }

    /// @dev The handler does reach everything: else the invariants would hold for want of trying.
    function test_handler_reachesEveryChange_succeeds() public {
        uint256 seed = 1;
        for (uint256 i = 0; i < 1_500; ++i) {
            seed = uint256(keccak256(abi.encode(seed)));
            _act(seed);
        }
        _holds();
        bytes32[6] memory topics = [
            ValidatorSet.ValidatorAdded.selector,
            ValidatorSet.ValidatorRemoved.selector,
            ValidatorSet.Rotated.selector,
            ValidatorSet.AttesterAdded.selector,
            ValidatorSet.AttesterRemoved.selector,
            ValidatorSet.Executed.selector
        ];
        for (uint256 i = 0; i < topics.length; ++i) {
            assertLe(5, _handler.seen(topics[i]), vm.toString(i));
        }
    }

    function _act(uint256 seed) private {
        (uint256 a, uint256 b, uint256 c, uint256 d) =
            (seed >> 8 & 0xffff, seed >> 24 & 0xffff, seed >> 40 & 0xffff, seed >> 56 & 0xffff);
        uint256 action = seed & 7;
        if (action == 0) {
            _handler.pass(a);
        } else if (action == 1) {
            try _handler.propose(a, b, c, d) {} catch {}
        } else if (action == 2 || action == 3) {
            try _handler.vote(a, b, c) {} catch {}
        } else if (action == 4) {
            try _handler.execute(a, address(this)) {} catch {}
        } else if (action == 5) {
            try _handler.postReady(a) {} catch {}
        } else if (action == 6) {
            try _handler.rotate(a, b) {} catch {}
        } else if (a % 4 == 0) {
            try _handler.removeSelf(b) {} catch {}
        } else {
            try _handler.trespass(b, c, address(this)) {} catch {}
        }
    }

    function _holds() private view {
        address[] memory list = _set.validators();
        _ascending(list);
        _ascending(_set.attesters());
        assertLe(4, list.length, "min validators");
        assertLe(4, _set.attesters().length, "min attesters");
        for (uint256 i = 0; i < list.length; ++i) {
            address operator = _set.operatorOf(list[i]);
            assertTrue(operator != address(0), "operator");
            assertTrue(!_contains(list, operator) && !_contains(_set.attesters(), operator), "operator's role");
            assertTrue(!_contains(_set.attesters(), list[i]), "key's role");
        }
        assertEq(_handler.excessChanges(), 0, "changes since the last reading");
        assertEq(_handler.excessBetweenReadings(), 0, "changes between readings");
        assertEq(_handler.illegalExecutions(), 0, "executions");
    }

    function _ascending(address[] memory list) private pure {
        assertLe(list.length, 64, "size");
        address previous = address(0);
        for (uint256 i = 0; i < list.length; ++i) {
            assertTrue(list[i] > previous, "ascending, without zero");
            previous = list[i];
        }
    }

    function _contains(address[] memory list, address entry) private pure returns (bool) {
        for (uint256 i = 0; i < list.length; ++i) {
            if (list[i] == entry) return true;
        }
        return false;
    }
}
