// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Mint} from "../../src/assets/Mint.sol";
import {Vault} from "../../src/assets/Vault.sol";
import {Test} from "../support/Test.sol";
import {BridgeHandler} from "./BridgeHandler.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

/// @title Solvency per token (B15), and one payout and one credit per nonce (B3)
contract SolvencyTest is Test {
    BridgeHandler private _handler;
    Vault private _vault;
    Mint private _mint;

    function setUp() public {
        _handler = new BridgeHandler();
        (_vault, _mint) = _handler.bridge();
    }

    /// @dev Read by forge: calls go to the handler only.
    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_handler);
    }

    function invariant_solvency() external view {
        for (uint256 i = 0; i < 3; ++i) {
            _solvent(_handler.tokens(i));
        }
        assertEq(_handler.circulatingEth(), _mint.credited(address(0)) - _mint.burned(address(0)), "coin outside Mint");
        assertTrue(_handler.inboxIsL1s(), "inbox");
        assertLe(_handler.mostPayouts(), 1, "payouts of a nonce");
        assertLe(_handler.mostCredits(), 1, "credits of a nonce");
    }

    function _solvent(address token) private view {
        bool isEth = token == address(0);
        uint256 genesis = isEth ? _handler.genesisFunds() : 0;
        uint256 deposited = _vault.deposited(token);
        uint256 credited = _mint.credited(token);
        uint256 burned = _mint.burned(token);
        uint256 released = _vault.released(token);
        assertLe(credited, deposited, "credited without deposit");
        assertLe(released, burned, "released without burn");
        if (!isEth) assertEq(_handler.supplyOf(token), credited - burned, "totalSupply");

        uint256 owed = _vault.owedTotal(token);
        uint256 balance = isEth ? address(_vault).balance : IERC20(token).balanceOf(address(_vault));
        assertEq(balance, deposited - released + owed + _handler.donated(token), "Vault's balance");
        assertEq(owed, _handler.owedToAll(token), "owed");

        assertEq(deposited, genesis + _handler.seen(token, Vault.Deposited.selector), "deposits seen");
        assertEq(credited, genesis + _handler.seen(token, Mint.Credited.selector), "credits seen");
        assertEq(burned, _handler.seen(token, Mint.Burned.selector), "burns seen");
        assertEq(released, _handler.seen(token, Vault.Released.selector), "releases seen");
    }
}
