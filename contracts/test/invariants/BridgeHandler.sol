// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {BridgedERC20} from "../../src/assets/BridgedERC20.sol";
import {ForcedTransfer} from "../../src/assets/ForcedTransfer.sol";
import {Mint} from "../../src/assets/Mint.sol";
import {Vault} from "../../src/assets/Vault.sol";
import {TestToken} from "../../src/devnet/TestToken.sol";
import {Checkpoint} from "../../src/libraries/Checkpoints.sol";
import {Message} from "../../src/libraries/Messages.sol";
import {Deposit, Transfers, Withdrawal} from "../../src/libraries/Transfers.sol";
import {RefusingRecipient} from "../mocks/Recipients.sol";
import {MoodyToken} from "../mocks/Tokens.sol";
import {BridgeFixture} from "../support/BridgeFixture.sol";
import {Vm} from "../support/Vm.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

/// @title Everything anybody can do to an honest bridge, in any order
/// @notice The honest roles (validators, attesters, carriers) act late, often, and on stale data; users and strangers
/// do what they like. Ghost variables record what the logs say, independent of the contracts' counters.
contract BridgeHandler is BridgeFixture {
    struct Accepted {
        Checkpoint checkpoint;
        uint256 acceptedAt;
        uint256 index;
    }

    uint256 private constant USERS = 3;
    uint256 private constant TOKEN_SUPPLY = 1_000_000;

    /// @notice ETH (zero address), a plain token, and one whose transfers may fail.
    address[3] public tokens;

    /// @notice Payouts seen per nonce of the sidechain's Outbox, failed ones included.
    mapping(uint64 nonce => uint256) public payouts;

    /// @notice Credits seen per nonce of L1's Outbox.
    mapping(uint64 nonce => uint256) public credits;

    /// @notice Most payouts of one nonce, and most credits.
    uint256 public mostPayouts;
    uint256 public mostCredits;

    /// @notice Given to the Vault without a deposit, per token.
    mapping(address token => uint256) public donated;

    /// @notice Wei forced into Mint.
    uint256 public forcedIntoMint;

    /// @notice What the events say happened: {Deposited, Credited, Burned, Released} per token.
    mapping(address token => mapping(bytes32 topic => uint256)) public seen;

    address[] private _users;
    address[] private _recipients;
    Accepted[] private _accepted;
    mapping(uint64 nonce => uint256 acceptedAt) private _claimedAgainst;
    uint256 private _time;

    constructor() {
        deployBridge(4, 4);
        _time = vm.getBlockTimestamp();
        for (uint256 i = 0; i < USERS; ++i) {
            _users.push(keySet("user", USERS).addresses[i]);
            _recipients.push(_users[i]);
        }
        _recipients.push(address(new RefusingRecipient()));
        tokens[1] = address(new TestToken("Plain", "PLN", USERS * TOKEN_SUPPLY));
        tokens[2] = address(new MoodyToken());
        for (uint256 i = 0; i < USERS; ++i) {
            vm.deal(_users[i], 1_000 ether);
            for (uint256 t = 1; t < 3; ++t) {
                require(IERC20(tokens[t]).transfer(_users[i], TOKEN_SUPPLY / 4), "funded");
                vm.prank(_users[i]);
                IERC20(tokens[t]).approve(address(vault), type(uint256).max);
            }
        }
        _seedSidechain();
    }

    /// @dev Every user starts with some of everything on the sidechain, so that withdrawals can come first.
    function _seedSidechain() private {
        onL1();
        for (uint256 i = 0; i < USERS; ++i) {
            vm.prank(_users[i]);
            vault.depositETH{value: 20 ether}(_users[i]);
            for (uint256 t = 1; t < 3; ++t) {
                vm.prank(_users[i]);
                vault.depositERC20(tokens[t], 50_000, _users[i]);
            }
        }
        carryToSidechain();
        collectMessages();
    }

    /// @dev Each action starts on a known chain at a known time and files its logs, whatever ran before.
    modifier acting(uint256 chain) {
        vm.warp(_time);
        vm.chainId(chain);
        vm.recordLogs();
        _;
        collectMessages();
    }

    function onLog(Vm.Log memory log) internal override {
        bytes32 topic = log.topics[0];
        uint64 nonce = uint64(log.topics.length > 1 ? uint256(log.topics[1]) : 0);
        if (topic == Vault.Released.selector && log.emitter == address(vault)) {
            if (++payouts[nonce] > mostPayouts) mostPayouts = payouts[nonce];
            (, uint256 amount,) = abi.decode(log.data, (address, uint256, bool));
            _record(log, amount);
        } else if (topic == Mint.Credited.selector && log.emitter == MINT) {
            if (++credits[nonce] > mostCredits) mostCredits = credits[nonce];
            (,, uint256 amount) = abi.decode(log.data, (address, address, uint256));
            _record(log, amount);
        } else if (topic == Mint.Burned.selector && log.emitter == MINT) {
            (,, uint256 amount) = abi.decode(log.data, (address, address, uint256));
            _record(log, amount);
        } else if (topic == Vault.Deposited.selector && log.emitter == address(vault)) {
            (, uint256 amount) = abi.decode(log.data, (address, uint256));
            _record(log, amount);
        }
    }

    function _record(Vm.Log memory log, uint256 amount) private {
        seen[address(uint160(uint256(log.topics[2])))][log.topics[0]] += amount;
    }

    function _user(uint256 seed) private view returns (address) {
        return _users[seed % USERS];
    }

    function _recipient(uint256 seed) private view returns (address) {
        return _recipients[seed % _recipients.length];
    }

    // ---- users

    function deposit(uint256 who, uint256 to, uint256 token, uint256 amount) external acting(l1ChainId) {
        address user = _user(who);
        token %= 3;
        if (token == 0) {
            amount = bound(amount, 1, 10 ether);
            if (user.balance < amount) return;
            vm.prank(user);
            vault.depositETH{value: amount}(_recipient(to));
        } else {
            amount = bound(amount, 1, 10_000);
            if (IERC20(tokens[token]).balanceOf(user) < amount) return;
            vm.prank(user);
            vault.depositERC20(tokens[token], amount, _recipient(to));
        }
    }

    function withdraw(uint256 who, uint256 to, uint256 token, uint256 amount) external acting(SIDECHAIN_ID) {
        address user = _user(who);
        token %= 3;
        if (token == 0) {
            amount = bound(amount, 1, 5 ether);
            if (user.balance < amount) return;
            vm.prank(user);
            mint.withdrawETH{value: amount}(_recipient(to));
        } else {
            address bridged = mint.tokenOf(tokens[token]);
            if (bridged.code.length == 0) return;
            uint256 balance = IERC20(bridged).balanceOf(user);
            if (balance == 0) return;
            vm.prank(user);
            mint.withdrawERC20(bridged, bound(amount, 1, balance), _recipient(to));
        }
    }

    function withdrawOwed(uint256 pick, uint256 to) external acting(l1ChainId) {
        uint256 pairs = _recipients.length * 3;
        for (uint256 i = 0; i < pairs; ++i) {
            uint256 pair = (pick % pairs + i) % pairs;
            (address recipient, address token) = (_recipients[pair / 3], tokens[pair % 3]);
            if (vault.owed(token, recipient) == 0) continue;
            vm.prank(recipient);
            try vault.withdrawOwed(token, _user(to)) {} catch {}
            return;
        }
    }

    // ---- carriers, attesters, validators

    function attest(uint256) external acting(SIDECHAIN_ID) {
        (, uint64 acceptedCount) = ethereumView.latestOutbox();
        if (l1Outbox.count() > acceptedCount) attest();
    }

    function deliver(uint256 messages) external acting(SIDECHAIN_ID) {
        (, uint64 acceptedCount) = ethereumView.latestOutbox();
        for (uint256 i = bound(messages, 1, 4); i > 0 && orderedInbox.count() < acceptedCount; --i) {
            deliverNext();
        }
    }

    function submitCheckpoint(uint256 seconds_) external acting(l1ChainId) {
        _time += bound(seconds_, 1, 1 hours);
        vm.warp(_time);
        Checkpoint memory c = nextCheckpoint();
        submit(c);
        _accepted.push(Accepted(c, lastAcceptedAt, lastIndex));
    }

    /// @dev Claims a message against any of the last accepted checkpoints: one not claimed yet, or any.
    function claim(uint256 pick, uint256 seed, bool fresh) external acting(l1ChainId) {
        if (_accepted.length == 0) return;
        Accepted memory a = _accepted[_accepted.length - 1 - (seed % 4) % _accepted.length];
        uint64 count = a.checkpoint.outboxCount;
        if (count == 0) return;
        uint64 nonce = uint64(pick % count);
        for (uint256 i = 0; fresh && claimInbox.isClaimed(nonce) && i < count; ++i) {
            nonce = (nonce + 1) % count;
        }
        bytes32[32] memory proof = proofOf(OUTBOX, nonce, count);
        try claimInbox.claim(sent[OUTBOX][nonce], proof, a.checkpoint, a.acceptedAt, a.index) {
            assertEq(_claimedAgainst[nonce], 0, "claimed twice");
            _claimedAgainst[nonce] = a.acceptedAt;
        } catch {}
    }

    function retryOnL1(uint256 pick) external acting(l1ChainId) {
        if (sent[OUTBOX].length == 0) return;
        uint64 nonce = uint64(pick % sent[OUTBOX].length);
        try claimInbox.retry(sent[OUTBOX][nonce], _claimedAgainst[nonce]) {} catch {}
    }

    function retryOnSidechain(uint256 pick) external acting(SIDECHAIN_ID) {
        Message[] storage messages = sent[address(l1Outbox)];
        if (messages.length == 0) return;
        try orderedInbox.retry(messages[pick % messages.length]) {} catch {}
    }

    // ---- strangers

    /// @dev Sends what the Vault or Mint would send, as somebody else.
    function forge(uint256 who, uint256 token, uint256 amount, bool toSidechain)
        external
        acting(toSidechain ? SIDECHAIN_ID : l1ChainId)
    {
        address user = _user(who);
        address asset = tokens[token % 3];
        vm.chainId(toSidechain ? l1ChainId : SIDECHAIN_ID);
        vm.prank(user);
        if (toSidechain) {
            l1Outbox.send(
                MINT, 1_500_000, Transfers.encode(Deposit(l1ChainId, asset, user, user, amount, "F", "F", 18))
            );
        } else {
            outbox.send(address(vault), 1_500_000, Transfers.encode(Withdrawal(l1ChainId, asset, user, user, amount)));
        }
    }

    /// @dev Gives to the Vault without a deposit, or forces wei into Mint.
    function donate(uint256 who, uint256 token, uint256 amount) external acting(l1ChainId) {
        amount = bound(amount, 1, 1_000);
        token %= 4;
        if (token == 1 || token == 2) return _donateToken(_user(who), tokens[token], amount);
        vm.deal(address(this), amount);
        new ForcedTransfer{value: amount}(payable(token == 0 ? address(vault) : MINT));
        if (token == 0) donated[address(0)] += amount;
        else forcedIntoMint += amount;
    }

    function _donateToken(address user, address token, uint256 amount) private {
        vm.prank(user);
        try IERC20(token).transfer(address(vault), amount) returns (bool success) {
            if (success) donated[token] += amount;
        } catch {}
    }

    /// @dev A token's transfers and a recipient start or stop to fail; never so that they lie about success.
    function changeMood(uint256 mood, bool accepting) external acting(l1ChainId) {
        MoodyToken(tokens[2]).set(MoodyToken.Mood(mood % 3));
        RefusingRecipient(payable(_recipients[USERS])).setAccepting(accepting);
    }

    // ---- what the invariants read

    function bridge() external view returns (Vault, Mint) {
        return (vault, mint);
    }

    function supplyOf(address token) external view returns (uint256) {
        address bridged = mint.tokenOf(token);
        return bridged.code.length == 0 ? 0 : BridgedERC20(bridged).totalSupply();
    }

    function owedToAll(address token) external view returns (uint256 sum) {
        for (uint256 i = 0; i < _recipients.length; ++i) {
            sum += vault.owed(token, _recipients[i]);
        }
    }

    function inboxIsL1s() external view returns (bool) {
        return orderedInbox.acc() == l1Outbox.accAt(orderedInbox.count());
    }

    /// @dev Native coin outside Mint that the bridge accounts for.
    function circulatingEth() external view returns (uint256) {
        return MINT_BALANCE + GENESIS_FUNDS + forcedIntoMint - MINT.balance;
    }

    function genesisFunds() external pure returns (uint256) {
        return GENESIS_FUNDS;
    }
}
