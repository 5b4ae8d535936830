import { toHex } from "@causeway/protocol/hex";
import { findBlock } from "../../lookup/blockResolver.js";
import { defineMethod } from "../../method.js";
import { hash, safeInteger } from "../../params/hex.js";

/** EIP-2718 bytes; 0x when there is no such transaction, as from geth. */
export const ethGetRawTransactionByBlockHashAndIndex = defineMethod(
  "eth_getRawTransactionByBlockHashAndIndex",
  [hash, safeInteger],
  async (context, hash, index) =>
    toHex((await findBlock(context, { hash }))?.transactions[index]?.raw ?? new Uint8Array()),
);
