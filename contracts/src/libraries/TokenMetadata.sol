// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";

import {Utf8} from "./Utf8.sol";

/// @notice How a token shows itself.
/// @param name At most 31 bytes of UTF-8.
/// @param symbol At most 31 bytes of UTF-8.
/// @param decimals Digits behind the decimal point.
struct Metadata {
    string name;
    string symbol;
    uint8 decimals;
}

/// @title Reading the metadata of a foreign token (B10)
/// @notice The answers go into a token that can never be changed, so neither the token nor the caller may spoil them:
/// each read gets a fixed amount of gas or the whole deposit reverts, and only a bounded part of an answer is copied.
library TokenMetadata {
    /// @notice Gas for each read.
    uint256 internal constant READ_GAS = 50_000;

    /// @notice Most bytes of an answer that are copied.
    uint256 internal constant MAX_ANSWER_LENGTH = 256;

    /// @notice Longest name and symbol, bytes: OpenZeppelin's EIP712 reverts beyond it.
    uint256 internal constant MAX_TEXT_LENGTH = 31;

    /// @notice Decimals of a token that does not tell.
    uint8 internal constant DEFAULT_DECIMALS = 18;

    /// @notice The caller left too little gas to read the metadata.
    error GasBelowMetadataRead(uint256 have, uint256 need);

    /// @notice Name, symbol and decimals of a token, whatever it answers.
    function read(address token) internal view returns (Metadata memory metadata) {
        metadata.name = _text(_ask(token, abi.encodeCall(IERC20Metadata.name, ())));
        metadata.symbol = _text(_ask(token, abi.encodeCall(IERC20Metadata.symbol, ())));
        metadata.decimals = _decimals(_ask(token, abi.encodeCall(IERC20Metadata.decimals, ())));
    }

    /// @dev At most MAX_ANSWER_LENGTH bytes of the answer; empty if the call failed.
    function _ask(address token, bytes memory question) private view returns (bytes memory answer) {
        // With less, a caller could make the read fail and so fix wrong metadata for ever.
        uint256 need = READ_GAS * 64 / 63 + 5_000;
        if (gasleft() < need) revert GasBelowMetadataRead(gasleft(), need);
        answer = new bytes(MAX_ANSWER_LENGTH);
        assembly ("memory-safe") {
            let success :=
                staticcall(READ_GAS, token, add(question, 0x20), mload(question), add(answer, 0x20), MAX_ANSWER_LENGTH)
            let length := returndatasize()
            if gt(length, MAX_ANSWER_LENGTH) { length := MAX_ANSWER_LENGTH }
            mstore(answer, mul(success, length))
        }
    }

    /// @dev A string, or the bytes32 that tokens older than the standard's text return.
    function _text(bytes memory answer) private pure returns (string memory) {
        if (answer.length == 32) return Utf8.prefix(answer, MAX_TEXT_LENGTH);
        uint256 start = _word(answer, 0);
        if (answer.length < 64 || start > answer.length - 32) return "";
        uint256 length = _word(answer, start);
        uint256 available = answer.length - start - 32;
        if (length > available) length = available;
        bytes memory text = new bytes(length);
        assembly ("memory-safe") {
            mcopy(add(text, 0x20), add(add(answer, 0x40), start), length)
        }
        return Utf8.prefix(text, MAX_TEXT_LENGTH);
    }

    function _decimals(bytes memory answer) private pure returns (uint8) {
        if (answer.length < 32) return DEFAULT_DECIMALS;
        uint256 value = _word(answer, 0);
        return value > type(uint8).max ? DEFAULT_DECIMALS : uint8(value);
    }

    /// @dev The word at `offset`, zero if the answer does not reach that far.
    function _word(bytes memory answer, uint256 offset) private pure returns (uint256 word) {
        if (answer.length < 32 || offset > answer.length - 32) return 0;
        assembly ("memory-safe") {
            word := mload(add(add(answer, 0x20), offset))
        }
    }
}
