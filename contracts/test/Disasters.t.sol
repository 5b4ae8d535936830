// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {BridgedERC20} from "../src/assets/BridgedERC20.sol";
import {Vault} from "../src/assets/Vault.sol";
import {TestToken} from "../src/devnet/TestToken.sol";
import {Checkpoint} from "../src/libraries/Checkpoints.sol";
import {Message, Messages} from "../src/libraries/Messages.sol";
import {Deposit, Transfers, Withdrawal} from "../src/libraries/Transfers.sol";
import {SidechainView} from "../src/views/SidechainView.sol";
import {BridgeFixture} from "./support/BridgeFixture.sol";
import {ReferenceTree} from "./support/ReferenceTree.sol";

/// @title What befell other bridges, and what happens here when a quorum lies (B16)
contract DisastersTest is BridgeFixture {
    address private _alice = account("alice");
    address private _thief = account("thief");
    TestToken private _token;

    function setUp() public {
        deployBridge(4, 4);
        _token = new TestToken("Test Token", "TEST", 1_000);
        _token.approve(address(vault), 1_000);
        onL1();
        vault.depositERC20(address(_token), 100, _alice);
        carryToSidechain();
    }

    /// @dev Files a message that was never sent, as the next of its Outbox.
    function _invent(address source, Message memory message) private {
        sent[source].push(message);
        leaves[source].push(Messages.leaf(message));
    }

    function _inventDeposit(uint256 amount) private {
        bytes memory data = Transfers.encode(Deposit(1, address(_token), _thief, _thief, amount, "", "", 18));
        _invent(
            address(l1Outbox),
            Message(l1Outbox.count(), 1, address(l1Outbox), SIDECHAIN_ID, address(vault), MINT, 1_500_000, data)
        );
    }

    function _inventWithdrawal(uint64 nonce, uint256 amount) private {
        bytes memory data = Transfers.encode(Withdrawal(1, address(_token), _thief, _thief, amount));
        _invent(OUTBOX, Message(nonce, SIDECHAIN_ID, OUTBOX, 1, MINT, address(vault), 1_500_000, data));
    }

    /// @dev Attesters accept a deposit that L1 does not know: a lie, or an L1 reorganized past finality. The sidechain
    /// is spoilt, its checkpoints are refused, the Vault keeps everything.
    function test_lyingAttesters_takeNothing() public {
        _inventDeposit(900);
        attestAt(64, ReferenceTree.root(leaves[address(l1Outbox)]), 2);
        deliverNext();
        BridgedERC20 bridged = BridgedERC20(mint.tokenOf(address(_token)));
        assertEq(bridged.balanceOf(_thief), 900, "minted out of nothing");
        vm.prank(_thief);
        mint.withdrawERC20(address(bridged), 100, _thief);
        collectMessages();

        Checkpoint memory c = nextCheckpoint();
        (uint256 signers, bytes memory seals) = certify(c);
        onL1();
        vm.warp(c.timestamp);
        vm.expectRevert(abi.encodeWithSelector(SidechainView.InboxFork.selector, 2, c.inboxAcc, l1Outbox.accAt(2)));
        sidechainView.submitCheckpoint(c, validators.addresses, new address[](0), signers, seals);
        assertEq(_token.balanceOf(address(vault)), 100, "Vault");
    }

    /// @dev A quorum of validators can steal what is locked, and not a unit more (B8, B16).
    function test_lyingValidators_takeAtMostWhatIsLocked() public {
        _inventWithdrawal(0, 101);
        _inventWithdrawal(1, 100);
        _inventWithdrawal(2, 1);
        Checkpoint memory c = nextCheckpoint();
        (c.outboxRoot, c.outboxCount) = (ReferenceTree.root(leaves[OUTBOX]), 3);
        submit(c);
        claim(0);
        claim(1);
        claim(2);
        assertEq(_token.balanceOf(_thief), 100, "stolen");
        assertEq(vault.locked(address(_token)), 0, "locked");
        assertEq(vault.locked(address(0)), GENESIS_FUNDS, "another token");
        assertTrue(claimInbox.failed(0) != 0 && claimInbox.failed(2) != 0, "paid beyond");
    }

    /// @dev A withdrawal beyond what is locked is not lost: it is paid when more is locked.
    function test_retry_afterMoreIsLocked_succeeds() public {
        _inventWithdrawal(0, 101);
        Checkpoint memory c = nextCheckpoint();
        (c.outboxRoot, c.outboxCount) = (ReferenceTree.root(leaves[OUTBOX]), 1);
        submit(c);
        claim(0);
        vault.depositERC20(address(_token), 1, _alice);
        claimInbox.retry(sent[OUTBOX][0], lastAcceptedAt);
        assertEq(_token.balanceOf(_thief), 101, "paid");
    }

    /// @dev Only what Mint burned is released: anybody may send the Vault a message, none but Mint's counts.
    function test_claim_forgedSender_paysNothing() public {
        onSidechain();
        vm.prank(_thief);
        outbox.send(address(vault), 200_000, Transfers.encode(Withdrawal(1, address(_token), _thief, _thief, 100)));
        checkpoint();
        claim(0);
        assertTrue(claimInbox.failed(0) != 0, "accepted");
        assertEq(_token.balanceOf(_thief), 0, "paid");
        assertEq(vault.released(address(_token)), 0, "released");
    }

    /// @dev No message makes an Inbox call anything but `receiveBridgeMessage`: whatever the target trusts it for, it
    /// gets no calldata of the sender's choice.
    function test_claim_tokenAsTarget_movesNothing() public {
        onSidechain();
        vm.prank(_thief);
        outbox.send(address(_token), 200_000, abi.encodeCall(_token.transfer, (_thief, 100)));
        checkpoint();
        claim(0);
        assertTrue(claimInbox.failed(0) != 0, "called");
        assertEq(_token.balanceOf(address(vault)), 100, "Vault");
    }

    /// @dev The root of an empty tree, zero proofs and a zero message open nothing.
    function test_deliver_zeroProof_reverts() public {
        Message memory zero;
        bytes32[32] memory proof;
        onSidechain();
        (bool success,) = ORDERED_INBOX.call(abi.encodeCall(orderedInbox.deliver, (zero, proof)));
        assertTrue(!success, "delivered");
        zero = Message(1, 1, address(l1Outbox), SIDECHAIN_ID, address(vault), MINT, 0, "");
        (success,) = ORDERED_INBOX.call(abi.encodeCall(orderedInbox.deliver, (zero, proof)));
        assertTrue(!success, "delivered");
    }

    /// @dev An attacker makes a claim fail by running it while the Vault is busy: the claim is only delayed.
    function test_claim_whileVaultIsBusy_isRetriable() public {
        onSidechain();
        BridgedERC20 bridged = BridgedERC20(mint.tokenOf(address(_token)));
        vm.prank(_alice);
        mint.withdrawERC20(address(bridged), 40, _alice);
        checkpoint();
        BusyToken busy = new BusyToken();
        busy.prepare(
            address(claimInbox),
            abi.encodeCall(
                claimInbox.claim, (sent[OUTBOX][0], proofOf(OUTBOX, 0, 1), lastCheckpoint, lastAcceptedAt, lastIndex)
            )
        );
        vault.depositERC20(address(busy), 1, _alice);
        assertEq(_token.balanceOf(_alice), 0, "paid inside");
        claimInbox.retry(sent[OUTBOX][0], lastAcceptedAt);
        assertEq(_token.balanceOf(_alice), 40, "paid");
        assertEq(vault.released(address(_token)), 40, "released");
    }
}

/// @title Runs somebody's claim in the middle of a deposit
contract BusyToken is TestToken {
    address private _callee;
    bytes private _call;

    constructor() TestToken("Busy", "BUSY", 0) {}

    function prepare(address callee, bytes calldata call) external {
        (_callee, _call) = (callee, call);
    }

    function transferFrom(address, address to, uint256 value) public override returns (bool) {
        (bool success,) = _callee.call(_call);
        require(success, "claim reverted");
        _mint(to, value);
        return true;
    }
}
