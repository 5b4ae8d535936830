import { quantity } from "../../format/quantity.js";
import { stateHeight } from "../../lookup/blockResolver.js";
import { defineMethod } from "../../method.js";
import { blockRefOrLatest } from "../../params/blockRef.js";
import { address } from "../../params/hex.js";

/** "pending" counts the sender's pooled transactions. */
export const ethGetTransactionCount = defineMethod(
  "eth_getTransactionCount",
  [address, blockRefOrLatest],
  async (context, address, ref) => {
    if (ref === "pending") return quantity(await context.pool.pendingNonce(address));
    return quantity((await context.reader.account(address, await stateHeight(context, ref))).nonce);
  },
);
