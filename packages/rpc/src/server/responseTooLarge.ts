import { limitText } from "../limitFlags.js";
import type { RpcLimits } from "../limits.js";
import { RPC_CODE, RpcError } from "../rpcError.js";

export function responseTooLarge(limits: RpcLimits): RpcError {
  return new RpcError(
    RPC_CODE.responseTooLarge,
    `response too large: ${limitText(limits, "responseBytesMax")}`,
  );
}
