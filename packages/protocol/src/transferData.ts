import { AbiCoder } from "ethers";
import { type Address, type Hex, ZERO_ADDRESS } from "./hex.js";

/** Identity of a bridged asset on its origin chain; ETH is the zero address (B8). */
export interface TransferData {
  readonly originChainId: bigint;
  readonly originToken: Address;
  readonly from: Address;
  readonly to: Address;
  /** Base units of the token. */
  readonly amount: bigint;
}

/** A deposit also carries what BridgedERC20 shows (X5, B10). */
export interface DepositData extends TransferData {
  readonly name: string;
  readonly symbol: string;
  readonly decimals: number;
}

/** originToken of ETH. */
export const ETH_TOKEN: Address = ZERO_ADDRESS;

const TRANSFER_TYPES = ["uint256", "address", "address", "address", "uint256"];
const DEPOSIT_TYPES = [...TRANSFER_TYPES, "string", "string", "uint8"];

export function encodeDeposit(d: DepositData): Hex {
  return AbiCoder.defaultAbiCoder().encode(DEPOSIT_TYPES, [
    d.originChainId,
    d.originToken,
    d.from,
    d.to,
    d.amount,
    d.name,
    d.symbol,
    d.decimals,
  ]) as Hex;
}

/** @throws when `data` is not a deposit's ABI encoding. */
export function decodeDeposit(data: Hex): DepositData {
  const decoded = AbiCoder.defaultAbiCoder().decode(DEPOSIT_TYPES, data);
  return { ...transfer(decoded), name: decoded[5], symbol: decoded[6], decimals: Number(decoded[7]) };
}

export function encodeWithdrawal(w: TransferData): Hex {
  return AbiCoder.defaultAbiCoder().encode(TRANSFER_TYPES, [
    w.originChainId,
    w.originToken,
    w.from,
    w.to,
    w.amount,
  ]) as Hex;
}

/** @throws when `data` is not a withdrawal's ABI encoding. */
export function decodeWithdrawal(data: Hex): TransferData {
  return transfer(AbiCoder.defaultAbiCoder().decode(TRANSFER_TYPES, data));
}

function transfer(decoded: ArrayLike<unknown>): TransferData {
  const [originChainId, originToken, from, to, amount] = Array.from(decoded) as [
    bigint,
    string,
    string,
    string,
    bigint,
  ];
  return {
    originChainId,
    originToken: originToken.toLowerCase() as Address,
    from: from.toLowerCase() as Address,
    to: to.toLowerCase() as Address,
    amount,
  };
}
