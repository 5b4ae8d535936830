import type { Hash } from "@causeway/protocol/hex";
import { bigIntToBytes } from "@ethereumjs/util";
import { fromHex } from "../codec/hex.js";
import { keys } from "./keys.js";

/** Where headers, bodies and their indexes are kept: geth's layout, which @ethereumjs/blockchain has too. */
export const blockKeys = {
  /** RLP of the header. */
  header: (number: number, hash: Hash) => key("h", heightBytes(number), fromHex(hash)),
  /** RLP [transactions, ommers, withdrawals]. */
  body: (number: number, hash: Hash) => key("b", heightBytes(number), fromHex(hash)),
  /** RLP of an integer; zero on a chain without work. */
  totalDifficulty: (number: number, hash: Hash) => key("h", heightBytes(number), fromHex(hash), text("t")),
  hash: (number: number) => key("h", heightBytes(number), text("n")),
  /** {@link heightBytes}. */
  number: (hash: Hash) => key("H", fromHex(hash)),
} as const;

/** Heights are written without leading zeros, and zero as one byte. */
export function heightBytes(number: number): Uint8Array {
  return bigIntToBytes(BigInt(number));
}

/** @returns -1 for nothing stored. */
export function readHeight(bytes: Uint8Array | undefined): number {
  return bytes === undefined ? -1 : bytes.reduce((sum, byte) => sum * 256 + byte, 0);
}

function text(value: string): Uint8Array {
  return Buffer.from(value, "utf8");
}

function key(prefix: string, ...parts: readonly Uint8Array[]): Uint8Array {
  return keys.block(Buffer.concat([text(prefix), ...parts]));
}
