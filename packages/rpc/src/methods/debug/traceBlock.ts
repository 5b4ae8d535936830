import type { FullBlock } from "@causeway/chain/chainReader";
import { decodeFullBlock } from "@causeway/chain/codec/block";
import { fromHex, type Hex } from "@causeway/protocol/hex";
import { traceBlock } from "../../debugTraces.js";
import { defineMethod } from "../../method.js";
import { bytes } from "../../params/hex.js";
import { traceConfig } from "../../params/traceConfig.js";
import { serverError } from "../../rpcError.js";

/** A block as RLP; its parent must be in the chain. */
export const debugTraceBlock = defineMethod(
  "debug_traceBlock",
  [bytes, traceConfig],
  async (context, rlp, config) => traceBlock(context, decoded(rlp), config),
);

function decoded(rlp: Hex): FullBlock {
  try {
    return decodeFullBlock(fromHex(rlp));
  } catch (error) {
    throw serverError(`could not decode block: ${error instanceof Error ? error.message : "no block"}`);
  }
}
