// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ValidatorSets} from "../../src/libraries/ValidatorSets.sol";
import {AscendingList} from "../../src/validators/AscendingList.sol";
import {Test} from "../support/Test.sol";

/// @title The list stays strictly ascending (V2)
contract AscendingListTest is Test {
    using AscendingList for address[];

    address[] private _list;

    /// @dev Entries enter and leave in any order; the list is well formed after each step and holds what it should.
    function testFuzz_list_staysAscending_succeeds(address[40] memory entries) public {
        uint256 size = 0;
        for (uint256 i = 0; i < entries.length; ++i) {
            address entry = entries[i];
            bool held = _holds(entry);
            if (entry == address(0) || held) continue;
            _list.insert(entry);
            assertEq(_list.length, ++size, "one more");
            assertTrue(_holds(entry), "entered");
            // Every third that entered leaves another.
            if (size % 3 != 0) continue;
            address leaver = _list[uint160(entry) % size];
            _list.remove(leaver);
            assertEq(_list.length, --size, "one less");
            assertTrue(!_holds(leaver), "left");
            ValidatorSets.check(_list, 0);
        }
        ValidatorSets.check(_list, 0);
        while (_list.length > 0) {
            _list.remove(_list[_list.length / 2]);
            ValidatorSets.check(_list, 0);
        }
    }

    function _holds(address entry) private view returns (bool) {
        address[] memory list = _list;
        return list.contains(entry);
    }
}
