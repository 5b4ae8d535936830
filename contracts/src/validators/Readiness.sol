// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";

/// @notice What a consensus key has shown of itself.
/// @param readyAt Newest block whose hash an accepted Ready of it names; 0 if none since it last left the list.
/// @param leftAt Block in which it last left the list; 0 if never. A Ready must name this block or a later one.
/// @param rotatedIn Epoch in which it took the place of another key; 0 if it did not.
struct KeyHistory {
    uint64 readyAt;
    uint64 leftAt;
    uint64 rotatedIn;
}

/// @title A candidate's word that its node runs (V4, X1)
/// @notice Typed data `Ready(address candidate,bytes32 recentBlockHash)`, signed by the consensus key itself: nobody is
/// added whose node is not there. The hash of a block at most 256 old binds the time and the chain.
/// @dev It names no operator: who rotates to a key that signed for somebody else's seat gives that somebody his vote in
/// consensus, not the other way round.
library Readiness {
    bytes32 private constant DOMAIN_TYPE_HASH =
        keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");
    bytes32 private constant NAME_HASH = keccak256("Causeway");
    bytes32 private constant VERSION_HASH = keccak256("1");
    bytes32 private constant READY_TYPE_HASH = keccak256("Ready(address candidate,bytes32 recentBlockHash)");

    /// @notice The hash of this block is not known to the EVM: only those of the last 256 are.
    error BlockHashUnknown(uint256 blockNumber, uint256 currentBlock);

    /// @notice The Ready may be older than the candidate's last time in the list: it must name the block in which the
    /// candidate left it, or a later one; and never the genesis block.
    error ReadyOutdated(address candidate, uint256 blockNumber, uint256 earliest);

    /// @notice The signature is not a low-s signature of the candidate over its Ready.
    /// @param recovered Who signed instead; zero if nobody can be recovered.
    error ReadyNotSigned(address candidate, address recovered);

    /// @notice Takes note of a candidate's Ready.
    /// @param candidate Consensus key that is not in the list.
    /// @param blockNumber Block whose hash is signed.
    /// @param signature 65 bytes r ++ s ++ v.
    function note(KeyHistory storage history, address candidate, uint256 blockNumber, bytes calldata signature)
        internal
    {
        // In `readyAt`, 0 says that there is none.
        uint256 earliest = history.leftAt == 0 ? 1 : history.leftAt;
        if (blockNumber < earliest) revert ReadyOutdated(candidate, blockNumber, earliest);
        bytes32 recentBlockHash = blockhash(blockNumber);
        if (recentBlockHash == 0) revert BlockHashUnknown(blockNumber, block.number);
        (address recovered,,) = ECDSA.tryRecoverCalldata(digest(address(this), candidate, recentBlockHash), signature);
        if (recovered != candidate) revert ReadyNotSigned(candidate, recovered);
        if (blockNumber > history.readyAt) history.readyAt = uint64(blockNumber);
    }

    /// @notice EIP-712 digest that a candidate signs.
    /// @param verifyingContract ValidatorSet.
    function digest(address verifyingContract, address candidate, bytes32 recentBlockHash)
        internal
        view
        returns (bytes32)
    {
        bytes32 domain =
            keccak256(abi.encode(DOMAIN_TYPE_HASH, NAME_HASH, VERSION_HASH, block.chainid, verifyingContract));
        return
            MessageHashUtils.toTypedDataHash(domain, keccak256(abi.encode(READY_TYPE_HASH, candidate, recentBlockHash)));
    }
}
