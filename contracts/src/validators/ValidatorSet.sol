// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ValidatorSets} from "../libraries/ValidatorSets.sol";
import {IAttesterSet} from "../views/IAttesterSet.sol";

/// @title The sidechain's validators and attesters (V1, V2)
/// @notice Holds the list that consensus reads at each epoch, the operator of each consensus key, and the attesters.
/// @dev Slots 0, 1 and 2 are read from storage by consensus (X6): keep them first.
contract ValidatorSet is IAttesterSet {
    /// @dev Strictly ascending.
    address[] private _consensusKeys;

    /// @notice Operator of each consensus key.
    mapping(address consensusKey => address operator) public operatorOf;

    /// @dev Strictly ascending.
    address[] private _attesters;

    /// @notice Blocks between readings of the list (V1).
    uint256 public immutable EPOCH_LENGTH;

    /// @notice Smallest list consensus accepts (V2).
    uint256 public immutable MIN_VALIDATORS;

    /// @notice Each consensus key needs one operator.
    error OperatorCountMismatch(uint256 consensusKeys, uint256 operators);

    /// @notice The operator of this key is zero.
    error ZeroOperator(address consensusKey);

    /// @notice The epoch length is zero.
    error ZeroEpochLength();

    /// @notice minValidators is zero.
    error ZeroMinValidators();

    /// @param consensusKeys S(1), strictly ascending.
    /// @param operators Operator of each key, in the same order.
    /// @param attesters_ Attesters, strictly ascending; empty on a chain without a bridge.
    /// @param epochLength Blocks between readings of the list.
    /// @param minValidators Smallest list consensus accepts.
    constructor(
        address[] memory consensusKeys,
        address[] memory operators,
        address[] memory attesters_,
        uint256 epochLength,
        uint256 minValidators
    ) {
        if (epochLength == 0) revert ZeroEpochLength();
        if (minValidators == 0) revert ZeroMinValidators();
        ValidatorSets.check(consensusKeys, minValidators);
        ValidatorSets.check(attesters_, 0);
        if (operators.length != consensusKeys.length) {
            revert OperatorCountMismatch(consensusKeys.length, operators.length);
        }
        for (uint256 i = 0; i < consensusKeys.length; ++i) {
            if (operators[i] == address(0)) revert ZeroOperator(consensusKeys[i]);
            operatorOf[consensusKeys[i]] = operators[i];
        }
        _consensusKeys = consensusKeys;
        _attesters = attesters_;
        EPOCH_LENGTH = epochLength;
        MIN_VALIDATORS = minValidators;
    }

    /// @notice The list, strictly ascending. The set in force may be an older one: it changes at epochs (V1).
    function validators() external view returns (address[] memory) {
        return _consensusKeys;
    }

    /// @inheritdoc IAttesterSet
    function attesters() external view returns (address[] memory) {
        return _attesters;
    }

    /// @notice keccak256(abi.encode(validators())).
    function setHash() external view returns (bytes32) {
        return ValidatorSets.hash(_consensusKeys);
    }
}
