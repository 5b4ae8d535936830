import { RLP } from "@ethereumjs/rlp";
import type { BlockSlices } from "../codec/blockSlices.js";
import { integerBytes } from "../codec/integerBytes.js";
import type { Header } from "../types/header.js";
import { blockKeys } from "./blockKeys.js";
import type { Put } from "./database.js";
import { blockIndexPuts } from "./indexes.js";

/** A header where it is read, and its entries by number and by hash. */
export function headerPuts(header: Header, bytes: Uint8Array): Put[] {
  const { number, hash } = header;
  return [{ key: blockKeys.header(number, hash), value: bytes }, ...blockIndexPuts(header)];
}

/** A whole block. @param totalDifficulty of the chain up to it. */
export function blockPuts(
  header: Header,
  { header: bytes, body }: BlockSlices,
  totalDifficulty: bigint,
): Put[] {
  const { number, hash } = header;
  return [
    ...headerPuts(header, bytes),
    { key: blockKeys.body(number, hash), value: body },
    {
      key: blockKeys.totalDifficulty(number, hash),
      value: RLP.encode(integerBytes(totalDifficulty)),
    },
  ];
}
