import { crc32 } from "node:zlib";
import type { Hex } from "@causeway/protocol/hex";
import { fromHex } from "../codec/hex.js";
import type { Header } from "../types/header.js";
import type { ForkChanges } from "./chainForks.js";

/**
 * FORK_HASH of EIP-2124 and EIP-6122: genesis and every change of rules up to a time, checksummed.
 * @param time in seconds; changes by height count as passed.
 */
export function forkId(
  genesis: Pick<Header, "hash" | "timestamp">,
  { blocks, times }: ForkChanges,
  time: number,
): Hex {
  const passed = times.filter((at) => at > genesis.timestamp && at <= time);
  let checksum = crc32(fromHex(genesis.hash));
  for (const change of [...blocks, ...passed]) {
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64BE(BigInt(change));
    checksum = crc32(bytes, checksum);
  }
  return `0x${checksum.toString(16).padStart(8, "0")}`;
}
