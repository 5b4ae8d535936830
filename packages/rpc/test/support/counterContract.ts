import type { Hex } from "@causeway/protocol/hex";

/**
 * A contract with state, an event and every way to fail:
 * ```solidity
 * contract Counter {
 *   event Increased(address indexed by, uint256 value);
 *   error Forbidden(uint256 code);
 *   uint256 public count;
 *   constructor(uint256 start) { count = start; }
 *   function increase(uint256 by) external returns (uint256) {
 *     require(by != 0, "by nothing");
 *     count += by;
 *     emit Increased(msg.sender, count);
 *     return count;
 *   }
 *   function forbidden() external pure { revert Forbidden(7); }
 *   function divide(uint256 by) external pure returns (uint256) { return 1 / by; }
 *   function spin() external pure { while (true) {} }
 * }
 * ```
 */
export const COUNTER_ABI = [
  "constructor(uint256 start)",
  "event Increased(address indexed by, uint256 value)",
  "error Forbidden(uint256 code)",
  "function count() view returns (uint256)",
  "function increase(uint256 by) returns (uint256)",
  "function forbidden() pure",
  "function divide(uint256 by) pure returns (uint256)",
  "function spin() pure",
] as const;

/** solc 0.8.37, optimizer 200 runs, no metadata. */
export const COUNTER_BYTECODE = [
  "0x6080604052348015600e575f5ffd5b5060405161021d38038061021d833981016040819052602b916031565b5f556047565b",
  "5f602082840312156040575f5ffd5b5051919050565b6101c9806100545f395ff3fe608060405234801561000f575f5ffd5b",
  "5060043610610055575f3560e01c806306661abd1461005957806330f3f0db146100735780633e823f791461008657806386",
  "79b0c014610099578063f0acd7d5146100a3575b5f5ffd5b6100615f5481565b60405190815260200160405180910390f35b",
  "610061610081366004610174565b6100ab565b610061610094366004610174565b610140565b6100a1610152565b005b6100",
  "a161016e565b5f815f036100ed5760405162461bcd60e51b815260206004820152600a6024820152696279206e6f7468696e",
  "6760b01b60448201526064015b60405180910390fd5b815f5f8282546100fd919061018b565b90915550505f546040519081",
  "5233907f071c8af8707bfeb7b8186295479bbffcaff15c8cca8e9727046e8b0215c01fcb9060200160405180910390a25050",
  "5f5490565b5f61014c8260016101aa565b92915050565b604051631b2f250760e21b8152600760048201526024016100e456",
  "5b5b61016f565b5f60208284031215610184575f5ffd5b5035919050565b8082018082111561014c57634e487b7160e01b5f",
  "52601160045260245ffd5b5f826101c457634e487b7160e01b5f52601260045260245ffd5b50049056",
].join("") as Hex;
