import type { Hex } from "@causeway/protocol/hex";
import { AbiCoder } from "ethers";

const ERROR_SELECTOR = "0x08c379a0";
const PANIC_SELECTOR = "0x4e487b71";

/** Solidity's panic codes in geth's words. */
const PANICS: Readonly<Record<string, string>> = {
  "0": "generic panic",
  "1": "assert(false)",
  "17": "arithmetic underflow or overflow",
  "18": "division or modulo by zero",
  "33": "enum overflow",
  "34": "invalid encoded storage byte array accessed",
  "49": "out-of-bounds array access; popping on an empty array",
  "50": "out-of-bounds access of an array or bytesN",
  "65": "out of memory",
  "81": "uninitialized function",
};

/** What Error(string) or Panic(uint256) says; null for other revert data. */
export function revertReason(data: Hex): string | null {
  try {
    const body = `0x${data.slice(10)}`;
    if (data.startsWith(ERROR_SELECTOR)) return AbiCoder.defaultAbiCoder().decode(["string"], body)[0];
    if (!data.startsWith(PANIC_SELECTOR)) return null;
    const code: bigint = AbiCoder.defaultAbiCoder().decode(["uint256"], body)[0];
    return PANICS[code.toString()] ?? `unknown panic code: 0x${code.toString(16)}`;
  } catch {
    return null;
  }
}
