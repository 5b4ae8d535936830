// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {Clones} from "@openzeppelin/contracts/proxy/Clones.sol";
import {Initializable} from "@openzeppelin/contracts/proxy/utils/Initializable.sol";
import {UUPSUpgradeable} from "@openzeppelin/contracts/proxy/utils/UUPSUpgradeable.sol";

contract BoxV1 is Initializable, UUPSUpgradeable {
    error NotOwner(address who);

    address public owner;
    uint256 public value;

    constructor() {
        _disableInitializers();
    }

    function initialize(address owner_, uint256 value_) external initializer {
        owner = owner_;
        value = value_;
    }

    function version() external pure virtual returns (uint256) {
        return 1;
    }

    function _authorizeUpgrade(address) internal view override {
        if (msg.sender != owner) revert NotOwner(msg.sender);
    }
}

contract BoxV2 is BoxV1 {
    function version() external pure override returns (uint256) {
        return 2;
    }

    function double() external {
        value *= 2;
    }
}

contract CloneFactory {
    event Cloned(address at);

    function clone(address implementation, bytes32 salt, uint256 value) external {
        address at = Clones.cloneDeterministic(implementation, salt);
        BoxV1(at).initialize(msg.sender, value);
        emit Cloned(at);
    }

    function predict(address implementation, bytes32 salt) external view returns (address) {
        return Clones.predictDeterministicAddress(implementation, salt);
    }
}
