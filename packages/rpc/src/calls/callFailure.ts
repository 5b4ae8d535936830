import { revertReason } from "@causeway/chain/codec/revertReason";
import type { CallResult } from "@causeway/chain/types/call";
import { RPC_CODE, RpcError, serverError } from "../rpcError.js";

/** A failed execution as geth reports it: code 3 with the revert data, else -32000 with the reason of the halt. */
export function callFailure({ status, returnData, error }: CallResult): RpcError {
  if (status !== "revert") return serverError(error ?? "execution failed");
  const reason = revertReason(returnData);
  const message = reason === null ? "execution reverted" : `execution reverted: ${reason}`;
  return new RpcError(RPC_CODE.revert, message, returnData);
}

/** Whether the execution might have succeeded with more gas. */
export function lacksGas({ status, error }: CallResult): boolean {
  return status === "halt" && /^out of gas(?!: gas uint64 overflow)/.test(error ?? "");
}

/** Whether the call could not begin: every execution pays for being a transaction. */
export function neverRan({ status, gasUsed }: CallResult): boolean {
  return status === "halt" && gasUsed === 0n;
}
