// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {SystemAddresses} from "../libraries/SystemAddresses.sol";
import {AscendingList} from "./AscendingList.sol";

/// @notice All accounts with a role, read once per call.
/// @param keys The list, strictly ascending.
/// @param operators Operator of each key, in the same order; one may run several keys.
/// @param attesters Strictly ascending.
struct Roster {
    address[] keys;
    address[] operators;
    address[] attesters;
}

/// @title One account, one role (V4)
/// @notice Consensus keys, operators and attesters are never the same account: a consensus key signs nothing but
/// consensus, and a stolen key of one kind opens none of the others.
library Rosters {
    using AscendingList for address[];

    /// @notice Nobody owns this address: zero, a precompile, a predeploy, a system contract.
    error ReservedAddress(address account);

    /// @notice The account is a consensus key.
    error IsConsensusKey(address account);

    /// @notice The account is an operator.
    error IsOperator(address account);

    /// @notice The account is an attester.
    error IsAttester(address account);

    /// @notice Reverts unless the account has no role yet.
    function requireFree(Roster memory roster, address account) internal pure {
        requireMayOperate(roster, account);
        if (roster.operators.contains(account)) revert IsOperator(account);
    }

    /// @notice Reverts unless the account may operate keys; it may do so already.
    function requireMayOperate(Roster memory roster, address account) internal pure {
        if (SystemAddresses.contains(account)) revert ReservedAddress(account);
        if (roster.keys.contains(account)) revert IsConsensusKey(account);
        if (roster.attesters.contains(account)) revert IsAttester(account);
    }

    /// @notice Reverts unless every account has one role.
    function requireDistinct(Roster memory roster) internal pure {
        for (uint256 i = 0; i < roster.operators.length; ++i) {
            requireMayOperate(roster, roster.operators[i]);
        }
        for (uint256 i = 0; i < roster.keys.length; ++i) {
            address key = roster.keys[i];
            if (SystemAddresses.contains(key)) revert ReservedAddress(key);
            if (roster.attesters.contains(key)) revert IsAttester(key);
        }
        for (uint256 i = 0; i < roster.attesters.length; ++i) {
            if (SystemAddresses.contains(roster.attesters[i])) revert ReservedAddress(roster.attesters[i]);
        }
    }
}
