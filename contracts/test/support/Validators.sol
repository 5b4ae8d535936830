// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Test} from "./Test.sol";

/// @title Validator keys and their seals
abstract contract Validators is Test {
    struct KeySet {
        uint256[] keys;
        address[] addresses;
    }

    /// @dev `size` keys, ascending by address.
    function keySet(string memory name, uint256 size) internal pure returns (KeySet memory set) {
        set.keys = new uint256[](size);
        set.addresses = new address[](size);
        for (uint256 i = 0; i < size; ++i) {
            uint256 key = uint256(keccak256(abi.encode(name, i))) >> 1;
            address signer = vm.addr(key);
            uint256 place = i;
            for (; place > 0 && set.addresses[place - 1] > signer; --place) {
                set.addresses[place] = set.addresses[place - 1];
                set.keys[place] = set.keys[place - 1];
            }
            set.addresses[place] = signer;
            set.keys[place] = key;
        }
    }

    function seal(uint256 key, bytes32 digest) internal pure returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, digest);
        return abi.encodePacked(r, s, v);
    }

    /// @dev Seals by all members whose bit is set.
    function sealsOf(KeySet memory set, uint256 signers, bytes32 digest) internal pure returns (bytes memory seals) {
        for (uint256 i = 0; i < set.keys.length; ++i) {
            if ((signers >> i) & 1 == 1) seals = bytes.concat(seals, seal(set.keys[i], digest));
        }
    }

    /// @dev Bitmap of the first `count` members.
    function firstSigners(uint256 count) internal pure returns (uint256) {
        return (1 << count) - 1;
    }
}
