import { RLP } from "@ethereumjs/rlp";
import { chainError } from "../chainError.js";
import type { Withdrawal } from "../types/header.js";
import { fromHex, toHex } from "./hex.js";
import { integerBytes } from "./integerBytes.js";

const ADDRESS_BYTES = 20;
/** Index, validator index and amount are uint64 (EIP-4895). */
const INTEGER_BYTES_MAX = 8;

/** How a block body holds a withdrawal, and what the withdrawals root commits to once encoded. */
export function withdrawalItems({ index, validatorIndex, address, amount }: Withdrawal): Uint8Array[] {
  return [integerBytes(index), integerBytes(validatorIndex), fromHex(address), integerBytes(amount)];
}

export function encodeWithdrawal(withdrawal: Withdrawal): Uint8Array {
  return RLP.encode(withdrawalItems(withdrawal));
}

/** @throws ChainError "H1.encoding". */
export function decodeWithdrawal(item: unknown): Withdrawal {
  if (!Array.isArray(item) || item.length !== 4) throw malformed("must be a list of four fields");
  const [index, validatorIndex, address, amount] = item as unknown[];
  if (!(address instanceof Uint8Array) || address.length !== ADDRESS_BYTES) {
    throw malformed(`address must have ${ADDRESS_BYTES} bytes`);
  }
  return {
    index: integer(index, "index"),
    validatorIndex: integer(validatorIndex, "validatorIndex"),
    address: toHex(address),
    amount: integer(amount, "amount"),
  };
}

function integer(item: unknown, name: string): bigint {
  if (!(item instanceof Uint8Array) || item.length > INTEGER_BYTES_MAX || item[0] === 0) {
    throw malformed(`${name} must be a minimal integer of at most ${INTEGER_BYTES_MAX} bytes`);
  }
  return item.length === 0 ? 0n : BigInt(toHex(item));
}

function malformed(problem: string) {
  return chainError("H1.encoding", `withdrawal ${problem} (H1)`);
}
