import type { AccessListItem } from "../types/transaction.js";
import { type Fork, hasFork } from "./fork.js";

/** What every transaction pays, and a plain transfer no more than. */
export const TRANSACTION_GAS = 21_000n;
const CREATION_GAS = 32_000n;
const ZERO_BYTE_GAS = 4n;
const NONZERO_BYTE_GAS = 16n;
/** Before Istanbul (EIP-2028). */
const NONZERO_BYTE_GAS_FRONTIER = 68n;
/** EIP-3860, per word of init code. */
const INITCODE_WORD_GAS = 2n;
/** EIP-2930. */
const ACCESS_LIST_ADDRESS_GAS = 2_400n;
const ACCESS_LIST_KEY_GAS = 1_900n;
/** EIP-7702 PER_EMPTY_ACCOUNT_COST, per authorization. */
export const AUTHORIZATION_GAS = 25_000n;
/** EIP-7623: gas per token, a non-zero byte being four tokens. */
const FLOOR_TOKEN_GAS = 10n;
const TOKENS_PER_NONZERO_BYTE = 4n;

export interface GasShape {
  readonly data: Uint8Array;
  readonly creation: boolean;
  readonly accessList: readonly AccessListItem[];
  readonly authorizations: number;
}

/** @returns gas charged before execution, and the floor under what the transaction pays (EIP-7623). */
export function intrinsicGas(
  { data, creation, accessList, authorizations }: GasShape,
  fork: Fork = "osaka",
): { intrinsic: bigint; floor: bigint } {
  let zeros = 0;
  for (const byte of data) if (byte === 0) zeros++;
  const zeroBytes = BigInt(zeros);
  const nonzeroBytes = BigInt(data.length - zeros);
  const words = BigInt(Math.ceil(data.length / 32));
  const keys = accessList.reduce((count, item) => count + item.storageKeys.length, 0);
  const intrinsic =
    TRANSACTION_GAS +
    zeroBytes * ZERO_BYTE_GAS +
    nonzeroBytes * (hasFork(fork, "istanbul") ? NONZERO_BYTE_GAS : NONZERO_BYTE_GAS_FRONTIER) +
    (creation && hasFork(fork, "homestead") ? CREATION_GAS : 0n) +
    (creation && hasFork(fork, "shanghai") ? words * INITCODE_WORD_GAS : 0n) +
    BigInt(accessList.length) * ACCESS_LIST_ADDRESS_GAS +
    BigInt(keys) * ACCESS_LIST_KEY_GAS +
    BigInt(authorizations) * AUTHORIZATION_GAS;
  if (!hasFork(fork, "prague")) return { intrinsic, floor: 0n };
  const floor = TRANSACTION_GAS + (zeroBytes + nonzeroBytes * TOKENS_PER_NONZERO_BYTE) * FLOOR_TOKEN_GAS;
  return { intrinsic, floor };
}
