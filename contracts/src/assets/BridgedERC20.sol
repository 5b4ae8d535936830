// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";

import {Metadata} from "../libraries/TokenMetadata.sol";
import {IMintMetadata} from "./IMintMetadata.sol";

/// @title An L1 token on the sidechain (B10)
/// @notice Minted and burned by Mint alone, one to one with what the Vault holds. Not upgradeable.
/// @dev Has no constructor arguments, so that its CREATE2 address depends on the origin token only. Balances are in
/// slot 0, where exits by storage proof look for them (B13).
contract BridgedERC20 is ERC20, ERC20Permit {
    /// @notice Mint.
    address public immutable MINT;

    uint8 private immutable DECIMALS;

    /// @notice Only Mint may call.
    error NotMint(address caller);

    constructor() ERC20(_metadata().name, _metadata().symbol) ERC20Permit(_metadata().name) {
        MINT = msg.sender;
        DECIMALS = _metadata().decimals;
    }

    /// @notice Credits a deposit.
    /// @param to Recipient.
    /// @param amount Base units.
    function mint(address to, uint256 amount) external {
        if (msg.sender != MINT) revert NotMint(msg.sender);
        _mint(to, amount);
    }

    /// @notice Burns a withdrawal. Mint passes its caller as owner, so no allowance is asked for.
    /// @param from Owner.
    /// @param amount Base units.
    function burn(address from, uint256 amount) external {
        if (msg.sender != MINT) revert NotMint(msg.sender);
        _burn(from, amount);
    }

    /// @inheritdoc ERC20
    function decimals() public view override returns (uint8) {
        return DECIMALS;
    }

    /// @dev Only for the constructor, where the caller is Mint.
    function _metadata() private view returns (Metadata memory) {
        return IMintMetadata(msg.sender).deploying();
    }
}
