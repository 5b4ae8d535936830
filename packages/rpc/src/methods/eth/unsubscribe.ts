import { defineMethod } from "../../method.js";
import { opaqueId } from "../../params/opaqueId.js";
import { RPC_CODE, RpcError, serverError } from "../../rpcError.js";

export const ethUnsubscribe = defineMethod("eth_unsubscribe", [opaqueId], ({ subscriber }, id) => {
  if (subscriber === null) throw new RpcError(RPC_CODE.methodNotFound, "notifications not supported");
  if (!subscriber.unsubscribe(id)) throw serverError("subscription not found");
  return true;
});
