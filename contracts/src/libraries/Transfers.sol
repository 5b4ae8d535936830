// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice Content of a deposit message (X5).
/// @param originChainId Chain of the original token.
/// @param originToken The token there, zero for ETH.
/// @param from Depositor on L1.
/// @param to Recipient on the sidechain.
/// @param amount Base units.
/// @param name Token name, at most 31 bytes of UTF-8.
/// @param symbol Token symbol, at most 31 bytes of UTF-8.
/// @param decimals Token decimals.
struct Deposit {
    uint256 originChainId;
    address originToken;
    address from;
    address to;
    uint256 amount;
    string name;
    string symbol;
    uint8 decimals;
}

/// @notice Content of a withdrawal message (X5).
/// @param originChainId Chain of the original token.
/// @param originToken The token there, zero for ETH.
/// @param from Owner on the sidechain.
/// @param to Recipient on L1.
/// @param amount Base units.
struct Withdrawal {
    uint256 originChainId;
    address originToken;
    address from;
    address to;
    uint256 amount;
}

/// @title Encoding of value messages (X5)
/// @dev The fields are encoded as a parameter list, without the offset word a struct would get.
library Transfers {
    /// @notice Stands for ETH where a token address is expected.
    address internal constant ETH = address(0);

    /// @notice Gas a message that moves ETH asks for.
    uint64 internal constant ETH_GAS_LIMIT = 200_000;

    /// @notice Gas a message that moves an ERC-20 asks for: a first credit deploys the token for 1.03 M.
    uint64 internal constant ERC20_GAS_LIMIT = 1_500_000;

    /// @notice Gas limit of a message that moves `token`.
    function gasLimit(address token) internal pure returns (uint64) {
        return token == ETH ? ETH_GAS_LIMIT : ERC20_GAS_LIMIT;
    }

    function encode(Deposit memory d) internal pure returns (bytes memory) {
        return abi.encode(d.originChainId, d.originToken, d.from, d.to, d.amount, d.name, d.symbol, d.decimals);
    }

    function encode(Withdrawal memory w) internal pure returns (bytes memory) {
        return abi.encode(w.originChainId, w.originToken, w.from, w.to, w.amount);
    }

    function decodeDeposit(bytes calldata data) internal pure returns (Deposit memory d) {
        (d.originChainId, d.originToken, d.from, d.to, d.amount, d.name, d.symbol, d.decimals) =
            abi.decode(data, (uint256, address, address, address, uint256, string, string, uint8));
    }

    function decodeWithdrawal(bytes calldata data) internal pure returns (Withdrawal memory w) {
        (w.originChainId, w.originToken, w.from, w.to, w.amount) =
            abi.decode(data, (uint256, address, address, address, uint256));
    }
}
