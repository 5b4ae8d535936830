// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice Who votes: the operators of the list. Every proposal carries the number it was made under and ends with it.
/// @param setHash Hash of the list that `number` stands for.
/// @param number Counts the electorates this chain has had.
struct Electorate {
    bytes32 setHash;
    uint64 number;
}

/// @title Telling one electorate from the next (V3)
/// @notice An add or a removal makes another electorate. A rotation does not: the same operators go on voting, and one of
/// them could otherwise end every proposal against itself by rotating.
/// @dev Also sees a list that was written by the emergency override (V6), past this contract.
library Electorates {
    /// @notice Number of the electorate of a list.
    function numberOf(Electorate storage electorate, bytes32 setHash) internal view returns (uint64) {
        return setHash == electorate.setHash ? electorate.number : electorate.number + 1;
    }

    /// @notice Takes note of the list: another one than before is another electorate.
    /// @return number Number of its electorate.
    function update(Electorate storage electorate, bytes32 setHash) internal returns (uint64 number) {
        number = numberOf(electorate, setHash);
        if (setHash != electorate.setHash) (electorate.setHash, electorate.number) = (setHash, number);
    }

    /// @notice The same electorate goes on with a rotated list.
    function rotate(Electorate storage electorate, bytes32 setHash) internal {
        electorate.setHash = setHash;
    }
}
