// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Cutting foreign text (B10)
library Utf8 {
    /// @dev Everything below is a control character, and no part of a name.
    uint8 private constant FIRST_PRINTABLE = 0x20;

    /// @notice Longest prefix of at most `maxLength` bytes that is well-formed UTF-8 (Unicode table 3-7) without
    /// control characters: a name can then be decoded and stored by every indexer.
    /// @param text Foreign bytes.
    /// @param maxLength Bound in bytes.
    function prefix(bytes memory text, uint256 maxLength) internal pure returns (string memory) {
        uint256 end = 0;
        while (end < text.length) {
            uint256 width = _characterWidth(text, end);
            if (width == 0 || end + width > maxLength) break;
            end += width;
        }
        assembly ("memory-safe") {
            mstore(text, end)
        }
        return string(text);
    }

    /// @dev Bytes of the well-formed character at `start`, 0 if there is none.
    function _characterWidth(bytes memory text, uint256 start) private pure returns (uint256) {
        uint8 lead = uint8(text[start]);
        if (lead < 0x80) return lead < FIRST_PRINTABLE || lead == 0x7f ? 0 : 1;
        if (lead < 0xc2 || lead > 0xf4) return 0;
        uint256 width = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
        if (start + width > text.length) return 0;
        // The second byte's range excludes overlong forms, surrogates and what lies beyond U+10FFFF.
        uint8 low = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
        uint8 high = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
        uint8 second = uint8(text[start + 1]);
        if (second < low || second > high) return 0;
        for (uint256 i = start + 2; i < start + width; ++i) {
            if (uint8(text[i]) & 0xc0 != 0x80) return 0;
        }
        return width;
    }
}
