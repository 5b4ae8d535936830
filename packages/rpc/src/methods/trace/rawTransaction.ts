import { decodeTransaction } from "@causeway/chain/codec/transaction";
import type { CallRequest } from "@causeway/chain/types/call";
import { fromHex, type Hex } from "@causeway/protocol/hex";
import { assertTransactionShape } from "@causeway/protocol/transactionShape";
import { definedFields } from "../../definedFields.js";
import { defineMethod } from "../../method.js";
import { bytes } from "../../params/hex.js";
import { traceTypes } from "../../params/traceTypes.js";
import { serverError } from "../../rpcError.js";
import { traceCalls } from "../../traces/traceCalls.js";

/** A signed transaction on the head, without sending it. */
export const traceRawTransaction = defineMethod(
  "trace_rawTransaction",
  [bytes, traceTypes],
  async (context, raw, parts) => {
    const { from, to, gas, value, nonce, input, ...rest } = decodeTransaction(shapedBytes(raw));
    const { gasPrice, maxFeePerGas, maxPriorityFeePerGas, accessList, authorizationList } = rest;
    const { maxFeePerBlobGas, blobVersionedHashes } = rest;
    const fees = definedFields({ gasPrice, maxFeePerGas, maxPriorityFeePerGas, maxFeePerBlobGas });
    const lists = definedFields({ accessList, authorizationList, blobVersionedHashes });
    const request: CallRequest = { from, to, gas, value, nonce, data: input, ...fees, ...lists };
    const [answer] = await traceCalls(context, [{ request, parts }], "latest");
    return answer ?? null;
  },
);

/** A general decoder copies what is left at every level of nesting. */
function shapedBytes(raw: Hex): Uint8Array {
  const shaped = fromHex(raw);
  try {
    assertTransactionShape(shaped);
  } catch (error) {
    throw serverError(
      `rlp: malformed transaction: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  return shaped;
}
