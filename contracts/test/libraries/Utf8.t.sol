// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Utf8} from "../../src/libraries/Utf8.sol";
import {Test} from "../support/Test.sol";

contract Utf8Test is Test {
    function _cuts(bytes memory text, string memory expected) private pure {
        assertEq(Utf8.prefix(text, 31), expected, "prefix");
    }

    function test_prefix_shortText_succeeds() public pure {
        _cuts("", "");
        _cuts("USD Coin", "USD Coin");
        _cuts(unicode"Zażółć €", unicode"Zażółć €");
        _cuts(unicode"🦄", unicode"🦄");
    }

    function test_prefix_cutsAtACharacter_succeeds() public pure {
        _cuts("0123456789012345678901234567890", "0123456789012345678901234567890");
        _cuts("01234567890123456789012345678901", "0123456789012345678901234567890");
        _cuts(unicode"012345678901234567890123456789é", "012345678901234567890123456789");
        _cuts(unicode"01234567890123456789012345678é", unicode"01234567890123456789012345678é");
        _cuts(unicode"01234567890123456789012345678€", "01234567890123456789012345678");
        _cuts(unicode"0123456789012345678901234567🦄", "0123456789012345678901234567");
    }

    function test_prefix_malformed_succeeds() public pure {
        _cuts(hex"41ff42", "A"); // no such byte
        _cuts(hex"4180", "A"); // continuation without a lead
        _cuts(hex"41c0af", "A"); // overlong, two bytes
        _cuts(hex"41e080af", "A"); // overlong, three bytes
        _cuts(hex"41f08080af", "A"); // overlong, four bytes
        _cuts(hex"41eda080", "A"); // surrogate
        _cuts(hex"41f4908080", "A"); // beyond U+10FFFF
        _cuts(hex"41f5808080", "A"); // no such lead
        _cuts(hex"41e282", "A"); // cut short
        _cuts(hex"41e28241", "A"); // third byte no continuation
        _cuts(hex"41c341", "A"); // second byte no continuation
    }

    function test_prefix_controlCharacters_succeeds() public pure {
        _cuts(hex"410042", "A");
        _cuts(hex"410a42", "A");
        _cuts(hex"417f42", "A");
    }

    /// @dev Whatever comes in, the result is a short prefix, well-formed by a second reading of the standard.
    function testFuzz_prefix_isWellFormed(bytes memory text, uint256 maxLength) public pure {
        maxLength = bound(maxLength, 0, 40);
        bytes memory copy = bytes.concat(text);
        bytes memory cut = bytes(Utf8.prefix(text, maxLength));
        assertLe(cut.length, maxLength, "length");
        for (uint256 i = 0; i < cut.length; ++i) {
            assertTrue(cut[i] == copy[i], "prefix");
        }
        for (uint256 i = 0; i < cut.length;) {
            i += _checkedWidth(cut, i);
        }
    }

    /// @dev Valid input of up to 31 bytes passes unchanged.
    function testFuzz_prefix_keepsWellFormed(uint24[7] memory points) public pure {
        bytes memory text;
        for (uint256 i = 0; i < points.length; ++i) {
            uint256 point = bound(points[i], 0x20, 0x10ffff);
            if (point == 0x7f || (point >= 0xd800 && point <= 0xdfff)) point = 0x41;
            text = bytes.concat(text, _encode(point));
        }
        string memory copy = string(bytes.concat(text));
        assertEq(Utf8.prefix(text, 31), copy, "kept");
    }

    /// @dev Decodes one character and checks that its shortest encoding is what was read.
    function _checkedWidth(bytes memory text, uint256 i) private pure returns (uint256 width) {
        uint8 lead = uint8(text[i]);
        width = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
        uint256 point = width == 1 ? lead : lead & ((1 << (7 - width)) - 1);
        for (uint256 k = 1; k < width; ++k) {
            point = (point << 6) | (uint8(text[i + k]) & 0x3f);
        }
        bytes memory shortest = _encode(point);
        assertEq(shortest.length, width, "shortest form");
        for (uint256 k = 0; k < width; ++k) {
            assertTrue(shortest[k] == text[i + k], "encoding");
        }
        assertTrue(point >= 0x20 && point <= 0x10ffff && (point < 0xd800 || point > 0xdfff), "code point");
    }

    function _encode(uint256 p) private pure returns (bytes memory) {
        if (p < 0x80) return abi.encodePacked(uint8(p));
        if (p < 0x800) return abi.encodePacked(uint8(0xc0 | (p >> 6)), _tail(p));
        if (p < 0x10000) return abi.encodePacked(uint8(0xe0 | (p >> 12)), _tail(p >> 6), _tail(p));
        return abi.encodePacked(uint8(0xf0 | (p >> 18)), _tail(p >> 12), _tail(p >> 6), _tail(p));
    }

    function _tail(uint256 p) private pure returns (uint8) {
        return uint8(0x80 | (p & 0x3f));
    }
}
