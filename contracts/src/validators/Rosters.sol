// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {SystemAddresses} from "../libraries/SystemAddresses.sol";
import {ValidatorSets} from "../libraries/ValidatorSets.sol";
import {AscendingList} from "./AscendingList.sol";
import {Change} from "./Proposal.sol";

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

    /// @notice The key is not in the list.
    error NotValidator(address consensusKey);

    /// @notice The account is no attester.
    error NotAttester(address account);

    /// @notice Only AddValidator names an operator.
    error UnexpectedOperator(address operator);

    /// @notice Reverts for a change that neither votes nor waiting would make possible.
    /// @param minSize Fewest validators, and fewest attesters, that a removal may leave.
    function requirePossible(Roster memory roster, Change change, address subject, address operator, uint256 minSize)
        internal
        pure
    {
        if (change == Change.AddValidator) {
            requireFree(roster, subject);
            requireMayOperate(roster, operator);
            if (operator == subject) revert IsOperator(subject);
            return ValidatorSets.requireSize(roster.keys.length + 1, minSize);
        }
        if (operator != address(0)) revert UnexpectedOperator(operator);
        if (change == Change.RemoveValidator) {
            requireValidator(roster, subject);
            ValidatorSets.requireSize(roster.keys.length - 1, minSize);
        } else if (change == Change.AddAttester) {
            requireFree(roster, subject);
            ValidatorSets.requireSize(roster.attesters.length + 1, 0);
        } else {
            if (!roster.attesters.contains(subject)) revert NotAttester(subject);
            ValidatorSets.requireSize(roster.attesters.length - 1, minSize);
        }
    }

    /// @notice Reverts unless the key is in the list.
    function requireValidator(Roster memory roster, address key) internal pure {
        if (!roster.keys.contains(key)) revert NotValidator(key);
    }

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
