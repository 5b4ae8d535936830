// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";

import {SystemAddresses} from "../libraries/SystemAddresses.sol";
import {Metadata, TokenMetadata} from "../libraries/TokenMetadata.sol";
import {Deposit, Transfers, Withdrawal} from "../libraries/Transfers.sol";
import {BridgeEnd} from "./BridgeEnd.sol";
import {Payouts} from "./Payouts.sol";

/// @title Locks value on L1 (B8)
/// @notice Locks ETH and ERC-20 tokens, tells Mint on the sidechain, and releases what was burned there.
/// @dev Counts what went in and out, never balances: whatever is forced in cannot be claimed, and no message can
/// release more of a token than is locked of that token. Tokens whose balances change by themselves are not supported:
/// a shortfall stays with that token.
contract Vault is BridgeEnd {
    using SafeERC20 for IERC20;

    /// @notice Total ever locked, per token (zero address for ETH), base units.
    mapping(address token => uint256 amount) public deposited;

    /// @notice Total ever released, owed payouts included, per token, base units.
    mapping(address token => uint256 amount) public released;

    /// @notice Payouts that failed and wait for their recipient, base units.
    mapping(address token => mapping(address recipient => uint256 amount)) public owed;

    /// @notice Sum of `owed` per token, base units.
    mapping(address token => uint256 amount) public owedTotal;

    /// @notice Value was locked.
    /// @param nonce Nonce of the message to the sidechain.
    /// @param token Token, zero address for ETH.
    /// @param from Depositor.
    /// @param to Recipient on the sidechain.
    /// @param amount Base units.
    event Deposited(uint64 indexed nonce, address indexed token, address indexed from, address to, uint256 amount);

    /// @notice The genesis balances of the sidechain were backed (B9).
    event GenesisBacked(uint256 amount);

    /// @notice Value was released.
    /// @param nonce Nonce of the message from the sidechain.
    /// @param token Token, zero address for ETH.
    /// @param to Recipient.
    /// @param from Owner on the sidechain.
    /// @param amount Base units.
    /// @param paid False if the payout failed and is owed now.
    event Released(
        uint64 indexed nonce, address indexed token, address indexed to, address from, uint256 amount, bool paid
    );

    /// @notice An owed payout was taken.
    event OwedWithdrawn(address indexed token, address indexed recipient, address indexed to, uint256 amount);

    /// @notice ETH has its own entry, and an address without code would take nothing.
    error TokenWithoutCode(address token);

    /// @notice The Vault did not receive exactly `amount`: the token takes a fee or is no plain ERC-20.
    error AmountMismatch(address token, uint256 received, uint256 amount);

    /// @notice The message asks for more than is locked.
    error ExceedsLocked(address token, uint256 amount, uint256 locked);

    /// @notice The caller is owed nothing of this token.
    error NothingOwed(address token, address recipient);

    /// @notice The payout failed again; it stays owed.
    error PayoutFailed(address token, address to, uint256 amount);

    /// @param outbox L1's AccumulatingOutbox.
    /// @param inbox L1's ClaimInbox.
    /// @param sidechainId Chain id of the sidechain.
    /// @param mint Mint predeploy of the sidechain.
    /// @dev The value sent backs the balances of the sidechain's genesis (B9).
    constructor(address outbox, address inbox, uint256 sidechainId, address mint)
        payable
        BridgeEnd(outbox, inbox, sidechainId, mint)
    {
        deposited[Transfers.ETH] = msg.value;
        emit GenesisBacked(msg.value);
    }

    /// @notice Locks the ETH sent and credits it on the sidechain.
    /// @param recipient Account on the sidechain.
    /// @return nonce Nonce of the message.
    function depositETH(address recipient) external payable nonReentrant returns (uint64 nonce) {
        _requireTransfer(msg.value, recipient);
        return _deposit(Transfers.ETH, msg.value, recipient, Metadata("Ether", "ETH", 18));
    }

    /// @notice Locks tokens of the caller and credits them on the sidechain.
    /// @param token ERC-20 whose transfers move exact amounts.
    /// @param amount Base units; the Vault must be allowed to take them.
    /// @param recipient Account on the sidechain.
    /// @return nonce Nonce of the message.
    function depositERC20(address token, uint256 amount, address recipient)
        external
        nonReentrant
        returns (uint64 nonce)
    {
        return _depositERC20(token, amount, recipient);
    }

    /// @notice Like `depositERC20`, allowing the Vault by signature first.
    /// @dev A failing permit is ignored: somebody may have used the signature before, and some tokens accept any call.
    /// Only the transfer counts, and it takes from the caller alone.
    /// @param token ERC-20 with permit (EIP-2612).
    /// @param amount Base units.
    /// @param recipient Account on the sidechain.
    /// @param deadline Time the signature ends, seconds.
    /// @param v Signature.
    /// @param r Signature.
    /// @param s Signature.
    /// @return nonce Nonce of the message.
    function depositERC20WithPermit(
        address token,
        uint256 amount,
        address recipient,
        uint256 deadline,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external nonReentrant returns (uint64 nonce) {
        if (token.code.length == 0) revert TokenWithoutCode(token);
        try IERC20Permit(token).permit(msg.sender, address(this), amount, deadline, v, r, s) {} catch {}
        return _depositERC20(token, amount, recipient);
    }

    /// @notice Pays what the caller is owed after a failed payout.
    /// @param token Token, zero address for ETH.
    /// @param to Where to pay it.
    function withdrawOwed(address token, address to) external nonReentrant {
        uint256 amount = owed[token][msg.sender];
        if (amount == 0) revert NothingOwed(token, msg.sender);
        if (to == address(0) || to == address(this)) revert BadRecipient(to);
        owed[token][msg.sender] = 0;
        owedTotal[token] -= amount;
        if (!Payouts.pay(token, to, amount)) revert PayoutFailed(token, to, amount);
        emit OwedWithdrawn(token, msg.sender, to, amount);
    }

    /// @notice What may still be released: deposited - released.
    /// @param token Token, zero address for ETH.
    function locked(address token) public view returns (uint256) {
        return deposited[token] - released[token];
    }

    function _receive(uint64 nonce, bytes calldata data) internal override {
        Withdrawal memory w = Transfers.decodeWithdrawal(data);
        if (w.originChainId != block.chainid) revert WrongOrigin(w.originChainId, block.chainid);
        uint256 available = locked(w.originToken);
        if (w.amount > available) revert ExceedsLocked(w.originToken, w.amount, available);
        released[w.originToken] += w.amount;

        bool paid = Payouts.pay(w.originToken, w.to, w.amount);
        if (!paid) {
            owed[w.originToken][w.to] += w.amount;
            owedTotal[w.originToken] += w.amount;
        }
        emit Released(nonce, w.originToken, w.to, w.from, w.amount, paid);
    }

    function _depositERC20(address token, uint256 amount, address recipient) private returns (uint64) {
        if (token.code.length == 0) revert TokenWithoutCode(token);
        _requireTransfer(amount, recipient);
        Metadata memory metadata = TokenMetadata.read(token);
        uint256 before = IERC20(token).balanceOf(address(this));
        IERC20(token).safeTransferFrom(msg.sender, address(this), amount);
        uint256 received = IERC20(token).balanceOf(address(this)) - before;
        if (received != amount) revert AmountMismatch(token, received, amount);
        return _deposit(token, amount, recipient, metadata);
    }

    function _deposit(address token, uint256 amount, address recipient, Metadata memory metadata)
        private
        returns (uint64 nonce)
    {
        deposited[token] += amount;
        Deposit memory d = Deposit({
            originChainId: block.chainid,
            originToken: token,
            from: msg.sender,
            to: recipient,
            amount: amount,
            name: metadata.name,
            symbol: metadata.symbol,
            decimals: metadata.decimals
        });
        nonce = OUTBOX.send(REMOTE, Transfers.gasLimit(token), Transfers.encode(d));
        emit Deposited(nonce, token, msg.sender, recipient, amount);
    }

    /// @dev A consumed deposit cannot be refunded (B10), so what could not be credited is refused here.
    function _requireTransfer(uint256 amount, address recipient) private pure {
        if (amount == 0) revert ZeroAmount();
        if (SystemAddresses.contains(recipient)) revert BadRecipient(recipient);
    }
}
