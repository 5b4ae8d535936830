import type { Json } from "./json.js";

/** JSON-RPC 2.0 and EIP-1474 codes, as geth uses them. */
export const RPC_CODE = {
  parse: -32700,
  invalidRequest: -32600,
  methodNotFound: -32601,
  invalidParams: -32602,
  internal: -32603,
  server: -32000,
  timeout: -32002,
  responseTooLarge: -32003,
  limitExceeded: -32005,
  /** Of the execution-apis, for what one request may ask of eth_simulateV1 and eth_getStorageValues. */
  clientLimitExceeded: -38026,
  revert: 3,
} as const;

/** An error that goes to the caller as it is: code, message for people and wallets, optional data. */
export class RpcError extends Error {
  readonly code: number;
  readonly data: Json | undefined;

  constructor(code: number, message: string, data?: Json) {
    super(message);
    this.name = "RpcError";
    this.code = code;
    this.data = data;
  }
}

export function invalidParams(message: string): RpcError {
  return new RpcError(RPC_CODE.invalidParams, message);
}

/** geth's code for everything that has none of its own. */
export function serverError(message: string): RpcError {
  return new RpcError(RPC_CODE.server, message);
}

export function limitExceeded(message: string): RpcError {
  return new RpcError(RPC_CODE.limitExceeded, message);
}
