// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";

/// @title Plain ERC-20 with permit, for devnets and tests
contract TestToken is ERC20, ERC20Permit {
    /// @param name_ Token name, at most 31 bytes.
    /// @param symbol_ Token symbol.
    /// @param supply Base units credited to the deployer.
    constructor(string memory name_, string memory symbol_, uint256 supply) ERC20(name_, symbol_) ERC20Permit(name_) {
        _mint(msg.sender, supply);
    }
}
