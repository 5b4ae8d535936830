import type { Hash } from "@causeway/protocol/hex";
import type { LogFilter } from "../chainReader.js";
import { bloomMayHold } from "../codec/bloom.js";
import { fromHex } from "../codec/hex.js";
import type { Header } from "../types/header.js";
import type { Log } from "../types/receipt.js";

/** @returns false only when no log of the block can match. */
export function blockMayMatch({ logsBloom }: Header, { addresses, topics }: LogFilter): boolean {
  const bloom = fromHex(logsBloom);
  const anyOf = (items: readonly Hash[]) => items.some((item) => bloomMayHold(bloom, item));
  if (addresses.length > 0 && !anyOf(addresses)) return false;
  return topics.every((choices) => choices === null || choices.length === 0 || anyOf(choices));
}

export function logMatches(log: Log, { addresses, topics }: LogFilter): boolean {
  if (addresses.length > 0 && !addresses.includes(log.address)) return false;
  return topics.every((choices, position) => {
    const topic = log.topics[position];
    if (topic === undefined) return false;
    return choices === null || choices.length === 0 || choices.includes(topic);
  });
}
