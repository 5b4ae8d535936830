// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

import {Transfers} from "../libraries/Transfers.sol";

/// @title Paying without trusting the payee
/// @notice A payout either happens or reports false: no recipient and no token can make its caller revert, run it out
/// of gas, or make it pay for returned data.
library Payouts {
    /// @notice Gas every payout gets at least, and a recipient of ETH at most (B11).
    uint256 internal constant PAYOUT_GAS = 100_000;

    /// @notice Gas kept back to write down a payout that failed: two counters and an event.
    uint256 internal constant RESERVED_GAS = 60_000;

    /// @notice The caller left too little gas for a fair try.
    error GasBelowPayout(uint256 have, uint256 need);

    /// @notice Sends ETH or a token.
    /// @param token Token, zero address for ETH.
    /// @param to Recipient.
    /// @param amount Base units.
    /// @return paid Whether the recipient has it.
    function pay(address token, address to, uint256 amount) internal returns (bool paid) {
        return token == Transfers.ETH ? _payEth(to, amount) : _payToken(token, to, amount);
    }

    function _payEth(address to, uint256 amount) private returns (bool paid) {
        _requireGas();
        assembly ("memory-safe") {
            paid := call(PAYOUT_GAS, to, amount, 0, 0, 0, 0)
        }
    }

    /// @dev As SafeERC20 does, an empty answer from a contract counts as success; unlike it, this copies 32 bytes.
    function _payToken(address token, address to, uint256 amount) private returns (bool paid) {
        if (token.code.length == 0) return false;
        bytes memory input = abi.encodeCall(IERC20.transfer, (to, amount));
        uint256 forwarded = _requireGas() - RESERVED_GAS;
        assembly ("memory-safe") {
            paid := call(forwarded, token, 0, add(input, 0x20), mload(input), 0x00, 0x20)
            if returndatasize() {
                paid := and(paid, and(gt(returndatasize(), 0x1f), eq(mload(0x00), 1)))
            }
        }
    }

    function _requireGas() private view returns (uint256 available) {
        available = gasleft();
        uint256 need = PAYOUT_GAS * 64 / 63 + RESERVED_GAS;
        if (available < need) revert GasBelowPayout(available, need);
    }
}
