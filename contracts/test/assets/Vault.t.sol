// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {BridgeEnd} from "../../src/assets/BridgeEnd.sol";
import {Payouts} from "../../src/assets/Payouts.sol";
import {Vault} from "../../src/assets/Vault.sol";
import {TestToken} from "../../src/devnet/TestToken.sol";
import {TokenMetadata} from "../../src/libraries/TokenMetadata.sol";
import {Deposit, Transfers, Withdrawal} from "../../src/libraries/Transfers.sol";
import {
    GasBurningRecipient,
    ReenteringRecipient,
    RefusingRecipient,
    ReturnBombRecipient
} from "../mocks/Recipients.sol";
import {FeeToken, MetadataToken, MoodyToken, PhantomPermitToken, SilentToken} from "../mocks/Tokens.sol";
import {BridgeFixture} from "../support/BridgeFixture.sol";

contract VaultTest is BridgeFixture {
    address private _alice = account("alice");
    address private _bob = account("bob");
    TestToken private _token;

    function setUp() public {
        deployBridge(4, 4);
        _token = new TestToken("Test Token", "TEST", 1_000_000);
        _token.approve(address(vault), type(uint256).max);
        vm.deal(address(this), 100 ether);
        onL1();
    }

    receive() external payable {}

    function decode(bytes calldata data) external pure returns (Deposit memory) {
        return Transfers.decodeDeposit(data);
    }

    function _lastDeposit() private returns (Deposit memory) {
        collectMessages();
        return this.decode(sent[address(l1Outbox)][l1Outbox.count() - 1].data);
    }

    /// @dev What Mint would send, handed over by the Inbox.
    function _release(address token, address to, uint256 amount) private {
        bytes memory data = Transfers.encode(Withdrawal(1, token, _bob, to, amount));
        vm.prank(address(claimInbox));
        vault.receiveBridgeMessage(7, SIDECHAIN_ID, MINT, data);
    }

    // ---- deposits

    function test_constructor_backsTheGenesis_succeeds() public view {
        assertEq(vault.deposited(address(0)), GENESIS_FUNDS, "deposited");
        assertEq(vault.locked(address(0)), GENESIS_FUNDS, "locked");
    }

    function test_depositETH_succeeds() public {
        vm.expectEmit(address(vault));
        emit Vault.Deposited(0, address(0), address(this), _bob, 1 ether);
        vault.depositETH{value: 1 ether}(_bob);
        assertEq(vault.deposited(address(0)), GENESIS_FUNDS + 1 ether, "deposited");

        Deposit memory d = _lastDeposit();
        assertEq(sent[address(l1Outbox)][0].target, MINT, "target");
        assertEq(sent[address(l1Outbox)][0].sender, address(vault), "sender");
        assertEq(sent[address(l1Outbox)][0].gasLimit, 200_000, "gas limit");
        assertEq(d.originChainId, 1, "chain");
        assertEq(d.originToken, address(0), "token");
        assertEq(d.from, address(this), "from");
        assertEq(d.to, _bob, "to");
        assertEq(d.amount, 1 ether, "amount");
        assertEq(d.symbol, "ETH", "symbol");
        assertEq(d.decimals, 18, "decimals");
    }

    function test_depositERC20_succeeds() public {
        vm.expectEmit(address(vault));
        emit Vault.Deposited(0, address(_token), address(this), _bob, 100);
        vault.depositERC20(address(_token), 100, _bob);
        assertEq(vault.locked(address(_token)), 100, "locked");
        assertEq(_token.balanceOf(address(vault)), 100, "balance");
        Deposit memory d = _lastDeposit();
        assertEq(sent[address(l1Outbox)][0].gasLimit, 1_500_000, "gas limit");
        assertEq(d.originToken, address(_token), "token");
        assertEq(d.name, "Test Token", "name");
        assertEq(d.symbol, "TEST", "symbol");
        assertEq(d.decimals, 18, "decimals");
    }

    function test_depositERC20_silentToken_succeeds() public {
        SilentToken silent = new SilentToken();
        vault.depositERC20(address(silent), 100, _bob);
        assertEq(vault.locked(address(silent)), 100, "locked");
        Deposit memory d = _lastDeposit();
        assertEq(d.name, "", "name");
        assertEq(d.symbol, "", "symbol");
        assertEq(d.decimals, 18, "decimals");
    }

    function test_depositETH_zeroAmount_reverts() public {
        vm.expectRevert(abi.encodeWithSelector(BridgeEnd.ZeroAmount.selector));
        vault.depositETH(_bob);
    }

    function test_depositERC20_zeroAmount_reverts() public {
        vm.expectRevert(abi.encodeWithSelector(BridgeEnd.ZeroAmount.selector));
        vault.depositERC20(address(_token), 0, _bob);
    }

    function test_deposit_badRecipients_reverts() public {
        address[9] memory bad = [
            address(0),
            address(1),
            VALIDATOR_SET,
            MINT,
            address(0xffff),
            0x000F3df6D732807Ef1319fB7B8bB8522d0Beac02,
            0x0000F90827F1C53a10cb7A02335B175320002935,
            0x00000961Ef480Eb55e80D19ad83579A64c007002,
            0x0000BBdDc7CE488642fb579F8B00f3a590007251
        ];
        for (uint256 i = 0; i < bad.length; ++i) {
            bytes memory reason = abi.encodeWithSelector(BridgeEnd.BadRecipient.selector, bad[i]);
            vm.expectRevert(reason);
            vault.depositETH{value: 1}(bad[i]);
            vm.expectRevert(reason);
            vault.depositERC20(address(_token), 1, bad[i]);
        }
    }

    function test_depositETH_firstUnreservedRecipient_succeeds() public {
        vault.depositETH{value: 1}(address(0x10000));
        assertEq(l1Outbox.count(), 1, "count");
    }

    /// @dev ETH has one door only: its stand-in address is refused at the other.
    function test_depositERC20_zeroToken_reverts() public {
        vm.expectRevert(abi.encodeWithSelector(Vault.TokenWithoutCode.selector, address(0)));
        vault.depositERC20(address(0), 1 ether, _bob);
    }

    function test_depositERC20_tokenWithoutCode_reverts() public {
        vm.expectRevert(abi.encodeWithSelector(Vault.TokenWithoutCode.selector, _alice));
        vault.depositERC20(_alice, 1 ether, _bob);
        vm.expectRevert(abi.encodeWithSelector(Vault.TokenWithoutCode.selector, _alice));
        vault.depositERC20WithPermit(_alice, 1 ether, _bob, 0, 27, 0, 0);
    }

    function test_depositERC20_feeOnTransfer_reverts() public {
        FeeToken fee = new FeeToken();
        fee.approve(address(vault), 1_000);
        vm.expectRevert(abi.encodeWithSelector(Vault.AmountMismatch.selector, address(fee), 990, 1_000));
        vault.depositERC20(address(fee), 1_000, _bob);
    }

    /// @dev A deposit made while another runs would count one transfer twice.
    function test_depositERC20_reentrantToken_reverts() public {
        MoodyToken moody = new MoodyToken();
        moody.approve(address(vault), 1_000);
        moody.reenter(address(vault), abi.encodeCall(vault.depositERC20, (address(moody), 1, _bob)));
        vault.depositERC20(address(moody), 100, _bob);
        assertTrue(!moody.reentered(), "reentered");
        assertEq(l1Outbox.count(), 1, "count");
        assertEq(vault.deposited(address(moody)), 100, "deposited");
    }

    function test_depositERC20_notAllowed_reverts() public {
        vm.prank(_alice);
        vm.expectPartialRevert(bytes4(keccak256("ERC20InsufficientAllowance(address,uint256,uint256)")));
        vault.depositERC20(address(_token), 1, _alice);
    }

    function test_receive_plainEth_reverts() public {
        (bool success,) = address(vault).call{value: 1 ether}("");
        assertTrue(!success, "accepted");
    }

    // ---- permit

    function _permit(uint256 key, uint256 amount) private view returns (uint8 v, bytes32 r, bytes32 s) {
        bytes32 typeHash =
            keccak256("Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)");
        bytes32 structHash = keccak256(
            abi.encode(typeHash, vm.addr(key), address(vault), amount, _token.nonces(vm.addr(key)), type(uint256).max)
        );
        return vm.sign(key, keccak256(abi.encodePacked("\x19\x01", _token.DOMAIN_SEPARATOR(), structHash)));
    }

    function test_depositERC20WithPermit_succeeds() public {
        address owner = vm.addr(0xa11ce);
        bool moved = _token.transfer(owner, 100);
        assertTrue(moved, "funded");
        (uint8 v, bytes32 r, bytes32 s) = _permit(0xa11ce, 100);
        vm.prank(owner);
        vault.depositERC20WithPermit(address(_token), 100, _bob, type(uint256).max, v, r, s);
        assertEq(vault.locked(address(_token)), 100, "locked");
    }

    /// @dev Somebody submitted the permit first: the deposit still goes through.
    function test_depositERC20WithPermit_usedBefore_succeeds() public {
        address owner = vm.addr(0xa11ce);
        bool moved = _token.transfer(owner, 100);
        assertTrue(moved, "funded");
        (uint8 v, bytes32 r, bytes32 s) = _permit(0xa11ce, 100);
        _token.permit(owner, address(vault), 100, type(uint256).max, v, r, s);
        vm.prank(owner);
        vault.depositERC20WithPermit(address(_token), 100, _bob, type(uint256).max, v, r, s);
        assertEq(vault.locked(address(_token)), 100, "locked");
    }

    /// @dev The permit of another owner moves nothing of theirs.
    function test_depositERC20WithPermit_ofAnother_reverts() public {
        address owner = vm.addr(0xa11ce);
        bool moved = _token.transfer(owner, 100);
        assertTrue(moved, "funded");
        (uint8 v, bytes32 r, bytes32 s) = _permit(0xa11ce, 100);
        vm.prank(_bob);
        vm.expectPartialRevert(bytes4(keccak256("ERC20InsufficientAllowance(address,uint256,uint256)")));
        vault.depositERC20WithPermit(address(_token), 100, _bob, type(uint256).max, v, r, s);
    }

    /// @dev A token that swallows any call makes no permit; the allowance of a third party is of no use.
    function test_depositERC20WithPermit_phantom_reverts() public {
        PhantomPermitToken phantom = new PhantomPermitToken();
        phantom.approve(address(vault), 100);
        vm.prank(_bob);
        vm.expectPartialRevert(bytes4(keccak256("ERC20InsufficientAllowance(address,uint256,uint256)")));
        vault.depositERC20WithPermit(address(phantom), 100, _bob, type(uint256).max, 27, 0, 0);
    }

    // ---- metadata

    function test_depositERC20_failingMetadata_succeeds() public {
        MetadataToken strange = new MetadataToken();
        strange.approve(address(vault), 100);
        strange.fail(MetadataToken.Failure.Revert);
        vault.depositERC20(address(strange), 1, _bob);
        assertEq(_lastDeposit().decimals, 18, "decimals");
        strange.fail(MetadataToken.Failure.BurnGas);
        vault.depositERC20(address(strange), 1, _bob);
        assertEq(_lastDeposit().decimals, 18, "decimals");
    }

    function test_depositERC20_longMetadata_succeeds() public {
        MetadataToken strange = new MetadataToken();
        strange.approve(address(vault), 100);
        strange.answer(abi.encode(string(new bytes(100_000))), new bytes(100_000), abi.encode(6));
        vault.depositERC20(address(strange), 1, _bob);
        Deposit memory d = _lastDeposit();
        assertEq(d.name, "", "name");
        assertEq(d.symbol, "", "symbol");
        assertEq(d.decimals, 6, "decimals");
    }

    /// @dev With too little gas for the reads the deposit reverts: nobody can fix a token's metadata to the defaults.
    function testFuzz_depositERC20_littleGas_neverSpoilsMetadata(uint256 gas) public {
        gas = bound(gas, 30_000, 400_000);
        (bool success,) = address(vault).call{gas: gas}(abi.encodeCall(vault.depositERC20, (address(_token), 1, _bob)));
        if (!success) return;
        Deposit memory d = _lastDeposit();
        assertEq(d.name, "Test Token", "name");
        assertEq(d.symbol, "TEST", "symbol");
    }

    function test_depositERC20_belowMetadataGas_reverts() public {
        (bool success, bytes memory answer) =
            address(vault).call{gas: 60_000}(abi.encodeCall(vault.depositERC20, (address(_token), 1, _bob)));
        assertTrue(!success, "deposited");
        assertEq(bytes32(bytes4(answer)), bytes32(TokenMetadata.GasBelowMetadataRead.selector), "error");
    }

    // ---- releases

    function test_receiveBridgeMessage_eth_succeeds() public {
        vm.expectEmit(address(vault));
        emit Vault.Released(7, address(0), _alice, _bob, 1 ether, true);
        _release(address(0), _alice, 1 ether);
        assertEq(_alice.balance, 1 ether, "paid");
        assertEq(vault.released(address(0)), 1 ether, "released");
    }

    function test_receiveBridgeMessage_silentToken_succeeds() public {
        SilentToken silent = new SilentToken();
        vault.depositERC20(address(silent), 100, _bob);
        _release(address(silent), _alice, 60);
        assertEq(silent.balanceOf(_alice), 60, "paid");
        assertEq(vault.locked(address(silent)), 40, "locked");
    }

    function test_receiveBridgeMessage_notInbox_reverts() public {
        bytes memory data = Transfers.encode(Withdrawal(1, address(0), _bob, _alice, 1));
        vm.expectRevert(abi.encodeWithSelector(BridgeEnd.NotInbox.selector, address(this)));
        vault.receiveBridgeMessage(0, SIDECHAIN_ID, MINT, data);
    }

    function test_receiveBridgeMessage_notMint_reverts() public {
        bytes memory data = Transfers.encode(Withdrawal(1, address(0), _bob, _alice, 1));
        vm.prank(address(claimInbox));
        vm.expectRevert(abi.encodeWithSelector(BridgeEnd.NotRemote.selector, SIDECHAIN_ID, _bob));
        vault.receiveBridgeMessage(0, SIDECHAIN_ID, _bob, data);
        vm.prank(address(claimInbox));
        vm.expectRevert(abi.encodeWithSelector(BridgeEnd.NotRemote.selector, 5, MINT));
        vault.receiveBridgeMessage(0, 5, MINT, data);
    }

    function test_receiveBridgeMessage_wrongOrigin_reverts() public {
        bytes memory data = Transfers.encode(Withdrawal(5, address(0), _bob, _alice, 1));
        vm.prank(address(claimInbox));
        vm.expectRevert(abi.encodeWithSelector(BridgeEnd.WrongOrigin.selector, 5, 1));
        vault.receiveBridgeMessage(0, SIDECHAIN_ID, MINT, data);
    }

    /// @dev One token's lock never pays for another, and what was forced in is not locked.
    function test_receiveBridgeMessage_exceedsLocked_reverts() public {
        bool moved = _token.transfer(address(vault), 500);
        assertTrue(moved, "donated");
        vault.depositERC20(address(_token), 100, _bob);
        bytes memory data = Transfers.encode(Withdrawal(1, address(_token), _bob, _alice, 101));
        vm.prank(address(claimInbox));
        vm.expectRevert(abi.encodeWithSelector(Vault.ExceedsLocked.selector, address(_token), 101, 100));
        vault.receiveBridgeMessage(0, SIDECHAIN_ID, MINT, data);
    }

    function testFuzz_receiveBridgeMessage_neverMoreThanLocked(uint96[8] calldata amounts) public {
        vault.depositERC20(address(_token), 1_000_000, _bob);
        uint256 paid = 0;
        for (uint256 i = 0; i < amounts.length; ++i) {
            uint256 amount = amounts[i] % 400_000;
            bytes memory data = Transfers.encode(Withdrawal(1, address(_token), _bob, _alice, amount));
            vm.prank(address(claimInbox));
            (bool success,) =
                address(vault).call(abi.encodeCall(vault.receiveBridgeMessage, (0, SIDECHAIN_ID, MINT, data)));
            assertTrue(success == (paid + amount <= 1_000_000), "released");
            if (success) paid += amount;
        }
        assertEq(_token.balanceOf(_alice), paid, "paid");
        assertEq(vault.locked(address(_token)), 1_000_000 - paid, "locked");
    }

    // ---- owed

    function _owedAfterRelease(address to) private {
        vm.expectEmit(address(vault));
        emit Vault.Released(7, address(0), to, _bob, 1 ether, false);
        _release(address(0), to, 1 ether);
        assertEq(vault.owed(address(0), to), 1 ether, "owed");
        assertEq(vault.owedTotal(address(0)), 1 ether, "owed in all");
        assertEq(vault.released(address(0)), 1 ether, "released");
        assertEq(address(vault).balance, GENESIS_FUNDS, "balance");
    }

    function test_receiveBridgeMessage_recipientRefuses_succeeds() public {
        _owedAfterRelease(address(new RefusingRecipient()));
    }

    function test_receiveBridgeMessage_recipientBurnsGas_succeeds() public {
        _owedAfterRelease(address(new GasBurningRecipient()));
    }

    function test_receiveBridgeMessage_recipientReturnsBomb_succeeds() public {
        _owedAfterRelease(address(new ReturnBombRecipient()));
    }

    /// @dev X5's gas limit is enough for the worst recipient.
    function test_receiveBridgeMessage_worstRecipientAtGasLimit_succeeds() public {
        address worst = address(new GasBurningRecipient());
        bytes memory data = Transfers.encode(Withdrawal(1, address(0), _bob, worst, 1 ether));
        vm.prank(address(claimInbox));
        (bool success,) = address(vault).call{gas: Transfers.ETH_GAS_LIMIT}(
            abi.encodeCall(vault.receiveBridgeMessage, (7, SIDECHAIN_ID, MINT, data))
        );
        assertTrue(success, "ran out of gas");
        assertEq(vault.owed(address(0), worst), 1 ether, "owed");
    }

    function test_receiveBridgeMessage_recipientReenters_succeeds() public {
        ReenteringRecipient recipient = new ReenteringRecipient();
        recipient.prepare(address(vault), abi.encodeCall(vault.withdrawOwed, (address(0), _alice)));
        _release(address(0), address(recipient), 1 ether);
        assertTrue(!recipient.reentered(), "reentered");
        assertEq(address(recipient).balance, 1 ether, "paid");
    }

    function _tokenOwed(MoodyToken.Mood mood) private {
        MoodyToken moody = new MoodyToken();
        moody.approve(address(vault), 100);
        vault.depositERC20(address(moody), 100, _bob);
        moody.set(mood);
        _release(address(moody), _alice, 60);
        assertEq(vault.owed(address(moody), _alice), 60, "owed");
        assertEq(vault.owedTotal(address(moody)), 60, "owed in all");
        assertEq(moody.balanceOf(address(vault)), 100, "balance");

        moody.set(MoodyToken.Mood.Good);
        vm.prank(_alice);
        vault.withdrawOwed(address(moody), _bob);
        assertEq(moody.balanceOf(_bob), 60, "withdrawn");
        assertEq(vault.owedTotal(address(moody)), 0, "owed in all");
    }

    function test_receiveBridgeMessage_tokenReverts_succeeds() public {
        _tokenOwed(MoodyToken.Mood.Revert);
    }

    function test_receiveBridgeMessage_tokenAnswersFalse_succeeds() public {
        _tokenOwed(MoodyToken.Mood.AnswerFalse);
    }

    function test_receiveBridgeMessage_tokenAnswersTwo_succeeds() public {
        _tokenOwed(MoodyToken.Mood.AnswerTwo);
    }

    function test_receiveBridgeMessage_tokenAnswersShort_succeeds() public {
        _tokenOwed(MoodyToken.Mood.AnswerShort);
    }

    function test_receiveBridgeMessage_tokenBurnsGas_succeeds() public {
        _tokenOwed(MoodyToken.Mood.BurnGas);
    }

    function test_receiveBridgeMessage_tokenLostItsCode_succeeds() public {
        vault.depositERC20(address(_token), 100, _bob);
        vm.etch(address(_token), "");
        _release(address(_token), _alice, 60);
        assertEq(vault.owed(address(_token), _alice), 60, "owed");
    }

    function test_withdrawOwed_toAnother_succeeds() public {
        RefusingRecipient recipient = new RefusingRecipient();
        _owedAfterRelease(address(recipient));
        vm.expectEmit(address(vault));
        emit Vault.OwedWithdrawn(address(0), address(recipient), _alice, 1 ether);
        recipient.run(address(vault), abi.encodeCall(vault.withdrawOwed, (address(0), _alice)));
        assertEq(_alice.balance, 1 ether, "paid");
        assertEq(vault.owed(address(0), address(recipient)), 0, "owed");
        assertEq(vault.owedTotal(address(0)), 0, "owed in all");
    }

    function test_withdrawOwed_byAnother_reverts() public {
        _owedAfterRelease(address(new RefusingRecipient()));
        vm.expectRevert(abi.encodeWithSelector(Vault.NothingOwed.selector, address(0), address(this)));
        vault.withdrawOwed(address(0), address(this));
    }

    function test_withdrawOwed_twice_reverts() public {
        RefusingRecipient recipient = new RefusingRecipient();
        _owedAfterRelease(address(recipient));
        bytes memory call = abi.encodeCall(vault.withdrawOwed, (address(0), _alice));
        recipient.run(address(vault), call);
        vm.expectRevert(abi.encodeWithSelector(Vault.NothingOwed.selector, address(0), address(recipient)));
        recipient.run(address(vault), call);
    }

    function test_withdrawOwed_failsAgain_reverts() public {
        RefusingRecipient recipient = new RefusingRecipient();
        _owedAfterRelease(address(recipient));
        bytes memory call = abi.encodeCall(vault.withdrawOwed, (address(0), address(recipient)));
        vm.expectRevert(abi.encodeWithSelector(Vault.PayoutFailed.selector, address(0), address(recipient), 1 ether));
        recipient.run(address(vault), call);
        assertEq(vault.owed(address(0), address(recipient)), 1 ether, "owed");
    }

    function test_withdrawOwed_badRecipient_reverts() public {
        RefusingRecipient recipient = new RefusingRecipient();
        _owedAfterRelease(address(recipient));
        bytes memory call = abi.encodeCall(vault.withdrawOwed, (address(0), address(0)));
        vm.expectRevert(abi.encodeWithSelector(BridgeEnd.BadRecipient.selector, address(0)));
        recipient.run(address(vault), call);
    }

    function test_withdrawOwed_littleGas_reverts() public {
        RefusingRecipient recipient = new RefusingRecipient();
        _owedAfterRelease(address(recipient));
        vm.prank(address(recipient));
        (bool success, bytes memory answer) =
            address(vault).call{gas: 120_000}(abi.encodeCall(vault.withdrawOwed, (address(0), _alice)));
        assertTrue(!success, "paid");
        assertEq(bytes32(bytes4(answer)), bytes32(Payouts.GasBelowPayout.selector), "error");
    }
}
