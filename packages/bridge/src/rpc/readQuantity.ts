import { BridgeError } from "../bridgeError.js";

/** A quantity of Ethereum's JSON-RPC: at most 32 bytes of hex. */
const QUANTITY = /^0x[0-9a-f]{1,64}$/i;

/**
 * A number that a node answered.
 * @param field which part of the answer to `method` it is, for the error.
 * @throws {BridgeError} RpcMalformed.
 */
export function readQuantity(method: string, field: string, value: unknown): bigint {
  if (typeof value === "string" && QUANTITY.test(value)) return BigInt(value);
  throw new BridgeError(
    { code: "RpcMalformed", method, field },
    `${method}: ${field} is not a quantity in hex: ${String(value).slice(0, 80)}`,
  );
}
