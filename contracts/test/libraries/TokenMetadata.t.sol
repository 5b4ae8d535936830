// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Metadata, TokenMetadata} from "../../src/libraries/TokenMetadata.sol";
import {MetadataToken} from "../mocks/Tokens.sol";
import {Test} from "../support/Test.sol";

contract TokenMetadataTest is Test {
    MetadataToken private _token = new MetadataToken();

    function _reads(bytes memory answer, string memory expected) private {
        _token.answer(answer, answer, abi.encode(6));
        Metadata memory metadata = TokenMetadata.read(address(_token));
        assertEq(metadata.name, expected, "name");
        assertEq(metadata.symbol, expected, "symbol");
        assertEq(metadata.decimals, 6, "decimals");
    }

    function test_read_string_succeeds() public {
        _reads(abi.encode("USD Coin"), "USD Coin");
    }

    function test_read_longString_succeeds() public {
        _reads(abi.encode("a name that goes on far beyond what anybody would read"), "a name that goes on far beyond ");
    }

    function test_read_bytes32_succeeds() public {
        _reads(abi.encode(bytes32("Maker")), "Maker");
    }

    function test_read_nothing_succeeds() public {
        _reads("", "");
    }

    function test_read_oneByte_succeeds() public {
        _reads(hex"41", "");
    }

    function test_read_offsetBeyondAnswer_succeeds() public {
        _reads(abi.encode(type(uint256).max, 4, "abcd"), "");
        _reads(abi.encode(64, 4), "");
    }

    function test_read_lengthBeyondAnswer_succeeds() public {
        _reads(abi.encode(32, type(uint256).max, bytes32("abcd")), "abcd");
        _reads(abi.encode(32, 5), "");
    }

    function _decimals(bytes memory answer, uint8 expected) private {
        _token.answer("", "", answer);
        assertEq(TokenMetadata.read(address(_token)).decimals, expected, "decimals");
    }

    function test_read_decimals_succeeds() public {
        _decimals(abi.encode(0), 0);
        _decimals(abi.encode(6), 6);
        _decimals(abi.encode(255), 255);
        _decimals(abi.encode(6, 7), 6);
    }

    function test_read_strangeDecimals_succeeds() public {
        _decimals("", 18);
        _decimals(hex"06", 18);
        _decimals(abi.encode(256), 18);
        _decimals(abi.encode(type(uint256).max), 18);
    }

    /// @dev No answer whatever makes the read revert or return more than 31 bytes.
    function testFuzz_read_anyAnswer_succeeds(bytes memory name, bytes memory symbol, bytes memory decimals) public {
        _token.answer(name, symbol, decimals);
        Metadata memory metadata = TokenMetadata.read(address(_token));
        assertLe(bytes(metadata.name).length, 31, "name");
        assertLe(bytes(metadata.symbol).length, 31, "symbol");
    }

    function testFuzz_read_anyOffsetAndLength_succeeds(uint256 offset, uint256 length, bytes memory tail) public {
        offset = bound(offset, 0, 400);
        length = bound(length, 0, 400);
        _token.answer(abi.encodePacked(offset, length, tail), abi.encodePacked(offset, length, tail), "");
        Metadata memory metadata = TokenMetadata.read(address(_token));
        assertLe(bytes(metadata.name).length, 31, "name");
    }
}
