import { LIMIT_FLAGS } from "../limitFlags.js";
import type { RpcLimits } from "../limits.js";
import { type RpcError, serverError } from "../rpcError.js";

/** geth's words, which clients install a new filter at, and what it may be. */
export function filterNotFound({ filterIdleMsMax }: RpcLimits): RpcError {
  const idle = `not polled for ${filterIdleMsMax / 1000} s (${LIMIT_FLAGS.filterIdleMsMax.flag})`;
  const room = `gone to make room for others (${LIMIT_FLAGS.filtersMax.flag})`;
  return serverError(`filter not found: never installed, uninstalled, ${idle}, or ${room}`);
}
