// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Addresses that nobody owns on the sidechain (X6)
library SystemAddresses {
    /// @notice Highest reserved address: precompiles and predeploys lie below.
    uint160 internal constant LAST_RESERVED = 0xffff;

    address private constant BEACON_ROOTS_EIP_4788 = 0x000F3df6D732807Ef1319fB7B8bB8522d0Beac02;
    address private constant HISTORY_EIP_2935 = 0x0000F90827F1C53a10cb7A02335B175320002935;
    address private constant WITHDRAWALS_EIP_7002 = 0x00000961Ef480Eb55e80D19ad83579A64c007002;
    address private constant CONSOLIDATIONS_EIP_7251 = 0x0000BBdDc7CE488642fb579F8B00f3a590007251;

    /// @notice Whether value credited to `account` would be lost: zero, a precompile, a predeploy, a system contract.
    function contains(address account) internal pure returns (bool) {
        return uint160(account) <= LAST_RESERVED || account == BEACON_ROOTS_EIP_4788 || account == HISTORY_EIP_2935
            || account == WITHDRAWALS_EIP_7002 || account == CONSOLIDATIONS_EIP_7251;
    }
}
