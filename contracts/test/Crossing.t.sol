// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {BridgedERC20} from "../src/assets/BridgedERC20.sol";
import {TestToken} from "../src/devnet/TestToken.sol";
import {BridgeFixture} from "./support/BridgeFixture.sol";

/// @title ETH and an ERC-20 cross both ways
contract CrossingTest is BridgeFixture {
    address private _alice = account("alice");
    address private _bob = account("bob");
    TestToken private _token;

    function setUp() public {
        deployBridge(4, 4);
        vm.deal(_alice, 10 ether);
        vm.prank(_alice);
        _token = new TestToken("Test Token", "TEST", 1_000);
    }

    function test_crossing_eth_succeeds() public {
        onL1();
        vm.prank(_alice);
        vault.depositETH{value: 1 ether}(_bob);
        carryToSidechain();
        assertEq(_bob.balance, 1 ether, "credited");
        assertEq(mint.credited(address(0)), GENESIS_FUNDS + 1 ether, "counter");
        assertEq(MINT.balance, MINT_BALANCE - 1 ether, "Mint's balance");

        onSidechain();
        vm.prank(_bob);
        mint.withdrawETH{value: 0.4 ether}(_alice);
        checkpoint();
        uint256 before = _alice.balance;
        claim(0);
        assertEq(_alice.balance - before, 0.4 ether, "released");
        assertEq(vault.locked(address(0)), GENESIS_FUNDS + 0.6 ether, "locked");
        assertEq(address(vault).balance, GENESIS_FUNDS + 0.6 ether, "Vault's balance");
    }

    function test_crossing_erc20_succeeds() public {
        onL1();
        vm.prank(_alice);
        _token.approve(address(vault), 100);
        vm.prank(_alice);
        vault.depositERC20(address(_token), 100, _bob);
        carryToSidechain();
        BridgedERC20 bridged = BridgedERC20(mint.tokenOf(address(_token)));
        assertEq(bridged.balanceOf(_bob), 100, "credited");
        assertEq(bridged.name(), "Test Token", "name");
        assertEq(bridged.symbol(), "TEST", "symbol");
        assertEq(bridged.decimals(), 18, "decimals");

        onSidechain();
        vm.prank(_bob);
        mint.withdrawERC20(address(bridged), 40, _alice);
        assertEq(bridged.totalSupply(), 60, "burned");
        checkpoint();
        claim(0);
        assertEq(_token.balanceOf(_alice), 940, "released");
        assertEq(vault.locked(address(_token)), 60, "locked");
    }
}
