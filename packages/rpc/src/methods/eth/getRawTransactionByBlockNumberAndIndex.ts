import { toHex } from "@causeway/protocol/hex";
import { findBlockOrPending } from "../../lookup/pendingBlock.js";
import { defineMethod } from "../../method.js";
import { blockNumber } from "../../params/blockRef.js";
import { safeInteger } from "../../params/hex.js";

/** EIP-2718 bytes; 0x when there is no such transaction, as from geth. */
export const ethGetRawTransactionByBlockNumberAndIndex = defineMethod(
  "eth_getRawTransactionByBlockNumberAndIndex",
  [blockNumber, safeInteger],
  async (context, ref, index) =>
    toHex((await findBlockOrPending(context, ref))?.transactions[index]?.raw ?? new Uint8Array()),
);
