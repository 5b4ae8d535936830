// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {BridgeEnd} from "../../src/assets/BridgeEnd.sol";
import {BridgedERC20} from "../../src/assets/BridgedERC20.sol";
import {Mint} from "../../src/assets/Mint.sol";
import {Metadata} from "../../src/libraries/TokenMetadata.sol";
import {Deposit, Transfers, Withdrawal} from "../../src/libraries/Transfers.sol";
import {
    GasBurningRecipient,
    ReenteringRecipient,
    RefusingRecipient,
    ReturnBombRecipient
} from "../mocks/Recipients.sol";
import {BridgeFixture} from "../support/BridgeFixture.sol";

contract MintTest is BridgeFixture {
    address private constant TOKEN = address(0x70ce0);

    address private _alice = account("alice");
    address private _bob = account("bob");

    function setUp() public {
        deployBridge(4, 4);
        onSidechain();
    }

    function _deposit(address token, address to, uint256 amount) private view returns (bytes memory) {
        return Transfers.encode(Deposit(1, token, _alice, to, amount, "Test Token", "TEST", 6));
    }

    /// @dev What the Vault would send, handed over by the Inbox.
    function _credit(bytes memory data) private {
        vm.prank(ORDERED_INBOX);
        mint.receiveBridgeMessage(7, 1, address(vault), data);
    }

    function _bridged() private view returns (BridgedERC20) {
        return BridgedERC20(mint.tokenOf(TOKEN));
    }

    // ---- credits

    function test_constructor_genesis_succeeds() public view {
        assertEq(mint.credited(address(0)), GENESIS_FUNDS, "credited");
        assertEq(MINT.balance, MINT_BALANCE, "balance");
    }

    function test_receiveBridgeMessage_eth_succeeds() public {
        vm.expectEmit(MINT);
        emit Mint.Credited(7, address(0), _bob, address(0), _alice, 1 ether);
        _credit(_deposit(address(0), _bob, 1 ether));
        assertEq(_bob.balance, 1 ether, "balance");
        assertEq(mint.credited(address(0)), GENESIS_FUNDS + 1 ether, "credited");
    }

    function _forced(address recipient) private {
        uint256 before = recipient.balance;
        _credit(_deposit(address(0), recipient, 1 ether));
        assertEq(recipient.balance - before, 1 ether, "credited by force");
        assertEq(MINT.balance, MINT_BALANCE - 1 ether, "Mint's balance");
    }

    function test_receiveBridgeMessage_recipientRefuses_succeeds() public {
        _forced(address(new RefusingRecipient()));
    }

    function test_receiveBridgeMessage_recipientBurnsGas_succeeds() public {
        _forced(address(new GasBurningRecipient()));
    }

    function test_receiveBridgeMessage_recipientReturnsBomb_succeeds() public {
        _forced(address(new ReturnBombRecipient()));
    }

    /// @dev X5's gas limit is enough for the worst recipient.
    function test_receiveBridgeMessage_worstRecipientAtGasLimit_succeeds() public {
        address worst = address(new GasBurningRecipient());
        bytes memory data = _deposit(address(0), worst, 1 ether);
        vm.prank(ORDERED_INBOX);
        (bool success,) = MINT.call{gas: Transfers.ETH_GAS_LIMIT}(
            abi.encodeCall(mint.receiveBridgeMessage, (7, 1, address(vault), data))
        );
        assertTrue(success, "ran out of gas");
        assertEq(worst.balance, 1 ether, "balance");
    }

    function test_receiveBridgeMessage_recipientReenters_succeeds() public {
        ReenteringRecipient recipient = new ReenteringRecipient();
        recipient.prepare(MINT, abi.encodeCall(mint.withdrawETH, (_alice)));
        _credit(_deposit(address(0), address(recipient), 1 ether));
        assertTrue(!recipient.reentered(), "reentered");
        assertEq(address(recipient).balance, 1 ether, "balance");
    }

    function test_receiveBridgeMessage_firstCredit_deploysToken() public {
        address predicted = mint.tokenOf(TOKEN);
        vm.expectEmit(MINT);
        emit Mint.TokenDeployed(TOKEN, predicted, "Test Token", "TEST", 6);
        vm.expectEmit(MINT);
        emit Mint.Credited(7, TOKEN, _bob, predicted, _alice, 100);
        _credit(_deposit(TOKEN, _bob, 100));
        assertEq(mint.originOf(predicted), TOKEN, "origin");
        assertEq(_bridged().balanceOf(_bob), 100, "balance");
        assertEq(_bridged().totalSupply(), 100, "supply");
        assertEq(_bridged().name(), "Test Token", "name");
        assertEq(_bridged().symbol(), "TEST", "symbol");
        assertEq(_bridged().decimals(), 6, "decimals");
        Metadata memory left = mint.deploying();
        assertEq(bytes(left.name).length + bytes(left.symbol).length + left.decimals, 0, "left behind");
    }

    function test_receiveBridgeMessage_firstCreditAtGasLimit_succeeds() public {
        bytes memory data = Transfers.encode(
            Deposit(
                1, TOKEN, _alice, _bob, 100, "A name of thirty-one bytes, yes", "A symbol of thirty-one bytes, y", 6
            )
        );
        vm.prank(ORDERED_INBOX);
        (bool success,) = MINT.call{gas: Transfers.ERC20_GAS_LIMIT}(
            abi.encodeCall(mint.receiveBridgeMessage, (7, 1, address(vault), data))
        );
        assertTrue(success, "ran out of gas");
        assertEq(_bridged().name(), "A name of thirty-one bytes, yes", "name");
    }

    /// @dev Metadata is fixed by the first deposit.
    function test_receiveBridgeMessage_secondCredit_keepsMetadata() public {
        _credit(_deposit(TOKEN, _bob, 100));
        _credit(Transfers.encode(Deposit(1, TOKEN, _alice, _bob, 50, "Other", "OTHER", 18)));
        assertEq(_bridged().totalSupply(), 150, "supply");
        assertEq(_bridged().name(), "Test Token", "name");
        assertEq(_bridged().decimals(), 6, "decimals");
        assertEq(mint.credited(TOKEN), 150, "credited");
    }

    /// @dev L1 computes the same address from Mint's address, the origin and the token's creation code (B10).
    function testFuzz_tokenOf_isComputableOnL1(address originToken) public view {
        vm.assume(originToken != address(0));
        bytes32 salt = keccak256(abi.encode(uint256(1), originToken));
        bytes32 codeHash = keccak256(type(BridgedERC20).creationCode);
        bytes32 hash = keccak256(abi.encodePacked(bytes1(0xff), MINT, salt, codeHash));
        assertEq(mint.tokenOf(originToken), address(uint160(uint256(hash))), "address");
    }

    // ---- forged mints

    function test_receiveBridgeMessage_notInbox_reverts() public {
        bytes memory data = _deposit(address(0), _bob, 1 ether);
        vm.expectRevert(abi.encodeWithSelector(BridgeEnd.NotInbox.selector, address(this)));
        mint.receiveBridgeMessage(0, 1, address(vault), data);
        vm.prank(address(vault));
        vm.expectRevert(abi.encodeWithSelector(BridgeEnd.NotInbox.selector, address(vault)));
        mint.receiveBridgeMessage(0, 1, address(vault), data);
    }

    function test_receiveBridgeMessage_notVault_reverts() public {
        bytes memory data = _deposit(address(0), _bob, 1 ether);
        vm.prank(ORDERED_INBOX);
        vm.expectRevert(abi.encodeWithSelector(BridgeEnd.NotRemote.selector, 1, _alice));
        mint.receiveBridgeMessage(0, 1, _alice, data);
        vm.prank(ORDERED_INBOX);
        vm.expectRevert(abi.encodeWithSelector(BridgeEnd.NotRemote.selector, 5, address(vault)));
        mint.receiveBridgeMessage(0, 5, address(vault), data);
    }

    /// @dev Anybody may send a message to Mint or to a bridged token through L1's Outbox; it credits nothing.
    function test_deliver_forgedMessage_creditsNothing() public {
        _credit(_deposit(TOKEN, _bob, 100));
        onL1();
        vm.prank(_alice);
        l1Outbox.send(MINT, 1_500_000, _deposit(TOKEN, _alice, 1_000));
        vm.prank(_alice);
        l1Outbox.send(address(_bridged()), 1_500_000, _deposit(TOKEN, _alice, 1_000));
        carryToSidechain();
        assertTrue(orderedInbox.failed(0) != 0 && orderedInbox.failed(1) != 0, "not refused");
        assertEq(_bridged().totalSupply(), 100, "supply");
        assertEq(mint.credited(TOKEN), 100, "credited");
    }

    function test_receiveBridgeMessage_wrongOrigin_reverts() public {
        vm.prank(ORDERED_INBOX);
        vm.expectRevert(abi.encodeWithSelector(BridgeEnd.WrongOrigin.selector, 5, 1));
        mint.receiveBridgeMessage(
            0, 1, address(vault), Transfers.encode(Deposit(5, TOKEN, _alice, _bob, 1, "", "", 18))
        );
    }

    // ---- withdrawals

    function decode(bytes calldata data) external pure returns (Withdrawal memory) {
        return Transfers.decodeWithdrawal(data);
    }

    function test_withdrawETH_succeeds() public {
        vm.deal(_bob, 1 ether);
        vm.expectEmit(MINT);
        emit Mint.Burned(0, address(0), _bob, address(0), _alice, 0.4 ether);
        vm.prank(_bob);
        mint.withdrawETH{value: 0.4 ether}(_alice);
        assertEq(mint.burned(address(0)), 0.4 ether, "burned");
        assertEq(MINT.balance, MINT_BALANCE + 0.4 ether, "balance");

        collectMessages();
        Withdrawal memory w = this.decode(sent[OUTBOX][0].data);
        assertEq(sent[OUTBOX][0].sender, MINT, "sender");
        assertEq(sent[OUTBOX][0].target, address(vault), "target");
        assertEq(sent[OUTBOX][0].gasLimit, 200_000, "gas limit");
        assertEq(w.originChainId, 1, "chain");
        assertEq(w.originToken, address(0), "token");
        assertEq(w.from, _bob, "from");
        assertEq(w.to, _alice, "to");
        assertEq(w.amount, 0.4 ether, "amount");
    }

    function test_withdrawERC20_succeeds() public {
        _credit(_deposit(TOKEN, _bob, 100));
        address bridged = address(_bridged());
        vm.expectEmit(MINT);
        emit Mint.Burned(0, TOKEN, _bob, bridged, _alice, 40);
        vm.prank(_bob);
        mint.withdrawERC20(bridged, 40, _alice);
        assertEq(_bridged().balanceOf(_bob), 60, "balance");
        assertEq(_bridged().totalSupply(), mint.credited(TOKEN) - mint.burned(TOKEN), "supply");
        collectMessages();
        assertEq(sent[OUTBOX][0].gasLimit, 1_500_000, "gas limit");
        assertEq(this.decode(sent[OUTBOX][0].data).originToken, TOKEN, "token");
    }

    function test_withdrawETH_zeroAmount_reverts() public {
        vm.expectRevert(abi.encodeWithSelector(BridgeEnd.ZeroAmount.selector));
        mint.withdrawETH(_alice);
    }

    function test_withdrawERC20_zeroAmount_reverts() public {
        _credit(_deposit(TOKEN, _bob, 100));
        address bridged = address(_bridged());
        vm.expectRevert(abi.encodeWithSelector(BridgeEnd.ZeroAmount.selector));
        mint.withdrawERC20(bridged, 0, _alice);
    }

    function test_withdraw_badRecipient_reverts() public {
        vm.deal(address(this), 1 ether);
        vm.expectRevert(abi.encodeWithSelector(BridgeEnd.BadRecipient.selector, address(0)));
        mint.withdrawETH{value: 1}(address(0));
        vm.expectRevert(abi.encodeWithSelector(BridgeEnd.BadRecipient.selector, address(vault)));
        mint.withdrawETH{value: 1}(address(vault));
    }

    function test_withdrawERC20_moreThanOwned_reverts() public {
        _credit(_deposit(TOKEN, _bob, 100));
        address bridged = address(_bridged());
        vm.prank(_bob);
        vm.expectPartialRevert(bytes4(keccak256("ERC20InsufficientBalance(address,uint256,uint256)")));
        mint.withdrawERC20(bridged, 101, _alice);
    }

    /// @dev Mint burns what its caller owns; nobody else's tokens can be burned through it.
    function test_withdrawERC20_ofAnother_reverts() public {
        _credit(_deposit(TOKEN, _bob, 100));
        address bridged = address(_bridged());
        vm.prank(_alice);
        vm.expectPartialRevert(bytes4(keccak256("ERC20InsufficientBalance(address,uint256,uint256)")));
        mint.withdrawERC20(bridged, 1, _alice);
    }

    function test_withdrawERC20_foreignToken_reverts() public {
        vm.expectRevert(abi.encodeWithSelector(Mint.NotBridgedToken.selector, TOKEN));
        mint.withdrawERC20(TOKEN, 1, _alice);
        vm.expectRevert(abi.encodeWithSelector(Mint.NotBridgedToken.selector, address(0)));
        mint.withdrawERC20(address(0), 1, _alice);
    }

    function test_receive_plainEth_reverts() public {
        vm.deal(address(this), 1 ether);
        (bool success,) = MINT.call{value: 1 ether}("");
        assertTrue(!success, "accepted");
    }

    // ---- the token

    function test_mint_notMint_reverts() public {
        _credit(_deposit(TOKEN, _bob, 100));
        BridgedERC20 bridged = _bridged();
        vm.expectRevert(abi.encodeWithSelector(BridgedERC20.NotMint.selector, address(this)));
        bridged.mint(_alice, 1);
        vm.expectRevert(abi.encodeWithSelector(BridgedERC20.NotMint.selector, address(this)));
        bridged.burn(_bob, 1);
    }
}
