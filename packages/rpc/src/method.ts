import type { z } from "zod";
import type { RpcContext } from "./context.js";
import type { Json } from "./json.js";
import { parseParams } from "./params/parseParams.js";

type Args<P extends readonly z.ZodType[]> = { -readonly [K in keyof P]: z.output<P[K]> };

/** A JSON-RPC method: its name and what answers it. */
export interface Method {
  readonly name: string;
  /** @throws RpcError, or ChainError of the port behind it. */
  call(context: RpcContext, params: unknown): Json | Promise<Json>;
}

/**
 * Declare a method. Parameters are positional; one whose schema takes undefined may be left out or null.
 * @example defineMethod("eth_getCode", [address, blockRef], async (context, address, ref) => ...)
 */
export function defineMethod<const P extends readonly z.ZodType[]>(
  name: string,
  params: P,
  handle: (context: RpcContext, ...args: Args<P>) => Json | Promise<Json>,
): Method {
  return {
    name,
    call: (context, given) => handle(context, ...(parseParams(params, given) as Args<P>)),
  };
}
