import type { Hash } from "@causeway/protocol/hex";
import { bigIntToBytes } from "@ethereumjs/util";
import { fromHex } from "../codec/hex.js";
import { keys } from "./keys.js";

/** Where @ethereumjs/blockchain keeps what, for what reads or writes it without the library: geth's layout. */
export const libraryKeys = {
  /** RLP of the header. */
  header: (number: number, hash: Hash) => key("h", heightBytes(number), fromHex(hash)),
  /** RLP [transactions, ommers, withdrawals]. */
  body: (number: number, hash: Hash) => key("b", heightBytes(number), fromHex(hash)),
  /** RLP of an integer; zero on a chain without work. */
  totalDifficulty: (number: number, hash: Hash) => key("h", heightBytes(number), fromHex(hash), text("t")),
  hash: (number: number) => key("h", heightBytes(number), text("n")),
  /** {@link heightBytes}. */
  number: (hash: Hash) => key("H", fromHex(hash)),
  headHeader: key("LastHeader"),
  headBlock: key("LastBlock"),
} as const;

/** The library writes heights without leading zeros, and zero as one byte. */
export function heightBytes(number: number): Uint8Array {
  return bigIntToBytes(BigInt(number));
}

function text(value: string): Uint8Array {
  return Buffer.from(value, "utf8");
}

function key(prefix: string, ...parts: readonly Uint8Array[]): Uint8Array {
  return keys.library(Buffer.concat([text(prefix), ...parts]));
}
