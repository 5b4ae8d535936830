// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Create2} from "@openzeppelin/contracts/utils/Create2.sol";

import {Metadata} from "../libraries/TokenMetadata.sol";
import {Deposit, Transfers, Withdrawal} from "../libraries/Transfers.sol";
import {BridgeEnd} from "./BridgeEnd.sol";
import {BridgedERC20} from "./BridgedERC20.sol";
import {ForcedTransfer} from "./ForcedTransfer.sol";
import {IMintMetadata} from "./IMintMetadata.sol";

/// @title Credits on the sidechain what the Vault locked, burns what leaves (B8, B10)
/// @notice Native coin comes out of this contract's genesis balance of 2^96 - 1 wei and returns to it; ERC-20 tokens
/// are minted and burned.
/// @dev A credit never fails for a reason of the recipient's: a consumed deposit cannot be refunded.
contract Mint is BridgeEnd, IMintMetadata {
    /// @notice Gas a recipient of ETH gets to react; if it refuses, the value is forced on it.
    uint256 public constant CREDIT_CALL_GAS = 50_000;

    /// @notice Total ever credited, per L1 token (zero address for ETH), base units.
    mapping(address originToken => uint256 amount) public credited;

    /// @notice Total ever burned, per L1 token, base units.
    mapping(address originToken => uint256 amount) public burned;

    /// @notice L1 token behind a bridged token, zero if it is none.
    mapping(address token => address originToken) public originOf;

    /// @dev Set only while a token is being deployed.
    Metadata private _deploying;

    /// @dev keccak256 of the bridged tokens' creation code.
    bytes32 private immutable TOKEN_CODE_HASH = keccak256(type(BridgedERC20).creationCode);

    /// @notice A deposit was credited.
    /// @param nonce Nonce of L1's message.
    /// @param originToken L1 token, zero address for ETH.
    /// @param to Recipient.
    /// @param token Bridged token here, zero address for ETH.
    /// @param from Depositor on L1.
    /// @param amount Base units.
    event Credited(
        uint64 indexed nonce,
        address indexed originToken,
        address indexed to,
        address token,
        address from,
        uint256 amount
    );

    /// @notice Value left for L1.
    /// @param nonce Nonce of the message to L1.
    /// @param originToken L1 token, zero address for ETH.
    /// @param from Owner.
    /// @param token Bridged token here, zero address for ETH.
    /// @param to Recipient on L1.
    /// @param amount Base units.
    event Burned(
        uint64 indexed nonce,
        address indexed originToken,
        address indexed from,
        address token,
        address to,
        uint256 amount
    );

    /// @notice The first deposit of an L1 token deployed its bridged token.
    event TokenDeployed(address indexed originToken, address indexed token, string name, string symbol, uint8 decimals);

    /// @notice Not a token this contract deployed.
    error NotBridgedToken(address token);

    /// @param outbox Outbox predeploy.
    /// @param inbox OrderedInbox predeploy.
    /// @param vault Vault on L1.
    /// @param l1ChainId L1's chain id.
    /// @param genesisCredited Sum of the genesis balances outside this contract, wei, which the Vault backs (B9).
    constructor(address outbox, address inbox, address vault, uint256 l1ChainId, uint256 genesisCredited)
        BridgeEnd(outbox, inbox, l1ChainId, vault)
    {
        credited[Transfers.ETH] = genesisCredited;
    }

    /// @notice Burns the ETH sent and releases it on L1.
    /// @param recipient Account on L1.
    /// @return nonce Nonce of the message.
    function withdrawETH(address recipient) external payable nonReentrant returns (uint64 nonce) {
        return _withdraw(Transfers.ETH, Transfers.ETH, msg.value, recipient);
    }

    /// @notice Burns bridged tokens of the caller and releases the L1 token.
    /// @param token Bridged token (its address here).
    /// @param amount Base units.
    /// @param recipient Account on L1.
    /// @return nonce Nonce of the message.
    function withdrawERC20(address token, uint256 amount, address recipient)
        external
        nonReentrant
        returns (uint64 nonce)
    {
        address originToken = originOf[token];
        if (originToken == address(0)) revert NotBridgedToken(token);
        BridgedERC20(token).burn(msg.sender, amount);
        return _withdraw(originToken, token, amount, recipient);
    }

    /// @inheritdoc IMintMetadata
    function deploying() external view returns (Metadata memory) {
        return _deploying;
    }

    /// @notice Where the bridged token of an L1 token is, or will be after its first deposit.
    /// @param originToken L1 token.
    function tokenOf(address originToken) public view returns (address) {
        return Create2.computeAddress(_salt(originToken), TOKEN_CODE_HASH);
    }

    function _receive(uint64 nonce, bytes calldata data) internal override {
        Deposit memory d = Transfers.decodeDeposit(data);
        if (d.originChainId != REMOTE_CHAIN_ID) revert WrongOrigin(d.originChainId, REMOTE_CHAIN_ID);
        credited[d.originToken] += d.amount;
        address token = Transfers.ETH;
        if (d.originToken == Transfers.ETH) _creditEth(d.to, d.amount);
        else token = _creditToken(d);
        emit Credited(nonce, d.originToken, d.to, token, d.from, d.amount);
    }

    function _creditEth(address to, uint256 amount) private {
        bool accepted;
        assembly ("memory-safe") {
            accepted := call(CREDIT_CALL_GAS, to, amount, 0, 0, 0, 0)
        }
        if (!accepted) new ForcedTransfer{value: amount}(payable(to));
    }

    function _creditToken(Deposit memory d) private returns (address token) {
        token = tokenOf(d.originToken);
        if (originOf[token] == address(0)) {
            originOf[token] = d.originToken;
            _deploying = Metadata(d.name, d.symbol, d.decimals);
            new BridgedERC20{salt: _salt(d.originToken)}();
            delete _deploying;
            emit TokenDeployed(d.originToken, token, d.name, d.symbol, d.decimals);
        }
        BridgedERC20(token).mint(d.to, d.amount);
    }

    function _withdraw(address originToken, address token, uint256 amount, address recipient)
        private
        returns (uint64 nonce)
    {
        if (amount == 0) revert ZeroAmount();
        if (recipient == address(0) || recipient == REMOTE) revert BadRecipient(recipient);
        burned[originToken] += amount;
        Withdrawal memory w = Withdrawal(REMOTE_CHAIN_ID, originToken, msg.sender, recipient, amount);
        nonce = OUTBOX.send(REMOTE, Transfers.gasLimit(originToken), Transfers.encode(w));
        emit Burned(nonce, originToken, msg.sender, token, recipient, amount);
    }

    function _salt(address originToken) private view returns (bytes32) {
        return keccak256(abi.encode(REMOTE_CHAIN_ID, originToken));
    }
}
