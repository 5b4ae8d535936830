// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Metadata} from "../libraries/TokenMetadata.sol";

/// @title Where a bridged token under construction reads its metadata (B10)
interface IMintMetadata {
    /// @notice Metadata of the token being deployed in this transaction; empty otherwise.
    function deploying() external view returns (Metadata memory);
}
