// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";

import {Quorum} from "./Quorum.sol";

/// @title Verification of commit seals (B5, X2)
/// @notice A certificate is a bitmap, bit i for the i-th of the ascending set, and 65 bytes r ++ s ++ v per set bit in
/// that order. Indices in errors are indices in the set.
library Seals {
    uint256 private constant SEAL_LENGTH = 65;

    /// @notice A bit at or above the size of the set is set.
    error BadBitmap(uint256 signers, uint256 setSize);

    /// @notice The seals are not 65 bytes per set bit.
    error BadLength(uint256 have, uint256 need);

    /// @notice Fewer signers than ceil(2n / 3).
    error BelowQuorum(uint256 have, uint256 need);

    /// @notice The seal has the upper of its two possible s values, so it is somebody's alteration of a signature.
    error HighS(uint256 index);

    /// @notice The seal is not by the member at this index, over this digest.
    error SealMismatch(uint256 index);

    /// @notice Reverts unless a quorum of `set` sealed `digest`.
    /// @param digest EIP-712 digest of the checkpoint.
    /// @param set Ascending validator set.
    /// @param signers Bitmap of signers.
    /// @param seals Concatenated seals.
    function requireQuorum(bytes32 digest, address[] memory set, uint256 signers, bytes calldata seals) internal pure {
        uint256 size = set.length;
        if (size < 256 && signers >> size != 0) revert BadBitmap(signers, size);
        uint256 have = _popCount(signers);
        if (seals.length != have * SEAL_LENGTH) revert BadLength(seals.length, have * SEAL_LENGTH);
        uint256 need = Quorum.threshold(size);
        // A quorum of nobody is no quorum: `need` is zero only for an empty set.
        if (have < need || need == 0) revert BelowQuorum(have, need);

        uint256 offset = 0;
        for (uint256 i = 0; i < size; ++i) {
            if ((signers >> i) & 1 == 0) continue;
            _requireSeal(digest, set[i], i, seals[offset:offset + SEAL_LENGTH]);
            offset += SEAL_LENGTH;
        }
    }

    function _requireSeal(bytes32 digest, address signer, uint256 index, bytes calldata seal) private pure {
        bytes32 r = bytes32(seal[0:32]);
        bytes32 s = bytes32(seal[32:64]);
        uint8 v = uint8(seal[64]);
        // ecrecover knows no v but 27 and 28; for others tryRecover returns the zero address, which is in no set.
        (address recovered, ECDSA.RecoverError code,) = ECDSA.tryRecover(digest, v, r, s);
        if (code == ECDSA.RecoverError.InvalidSignatureS) revert HighS(index);
        if (recovered != signer) revert SealMismatch(index);
    }

    function _popCount(uint256 bits) private pure returns (uint256 ones) {
        for (; bits != 0; bits &= bits - 1) {
            ++ones;
        }
    }
}
