import { defineMethod } from "../../method.js";
import { type CallArguments, callRequest, toCallRequest } from "../../params/callRequest.js";
import { unknownAccount } from "../../pool/unknownAccount.js";
import { serverError } from "../../rpcError.js";

/** geth looks at the transaction before it looks for the key. */
export const ethSignTransaction = defineMethod("eth_signTransaction", [callRequest], (context, given) => {
  checkComplete(given);
  toCallRequest(given, context.reader.chainId);
  throw unknownAccount();
});

/** @throws RpcError -32000 in geth's words. */
function checkComplete({ gas, gasPrice, maxFeePerGas, maxPriorityFeePerGas, nonce }: CallArguments): void {
  if (gas == null) throw serverError("gas not specified");
  if (gasPrice == null && (maxFeePerGas == null || maxPriorityFeePerGas == null)) {
    throw serverError("missing gasPrice or maxFeePerGas/maxPriorityFeePerGas");
  }
  if (nonce == null) throw serverError("nonce not specified");
}
