import { BridgeError } from "@causeway/bridge/bridgeError";
import type { RpcReader } from "@causeway/bridge/rpc/rpcReader";

/**
 * Several nodes of one chain as one: stays with a node until it does not answer, then takes the next. Only for reads
 * that are checked afterwards and for transactions; never for what an attester believes (B7).
 */
export function failover(readers: readonly RpcReader[]): RpcReader {
  let current = 0;
  return {
    async send(method, params) {
      for (let tried = 1; ; tried++) {
        const reader = readers[current % readers.length] as RpcReader;
        try {
          return await reader.send(method, params);
        } catch (error) {
          if (!isUseless(error) || tried >= readers.length) throw error;
          current += 1;
        }
      }
    },
  };
}

/** No answer, or one that is no JSON-RPC, as from a proxy whose node is gone. */
function isUseless(error: unknown): boolean {
  return error instanceof BridgeError && (error.code === "RpcUnreachable" || error.code === "RpcMalformed");
}
