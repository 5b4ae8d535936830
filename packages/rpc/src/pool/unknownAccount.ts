import { type RpcError, serverError } from "../rpcError.js";

/** A node holds no user's keys: geth's answer where it does not hold the one asked for. */
export function unknownAccount(): RpcError {
  return serverError("unknown account");
}
