import type { z } from "zod";
import type { RpcContext } from "./context.js";
import type { Json } from "./json.js";
import { parseParams } from "./params/parseParams.js";

type Params = readonly z.ZodType[];
type Args<P extends Params> = { -readonly [K in keyof P]: z.output<P[K]> };

/** A JSON-RPC method: its name, what it takes and what answers it. */
export interface Method<Context = RpcContext> {
  readonly name: string;
  /** By position. */
  readonly params: Params;
  /** @throws RpcError, or ChainError of the port behind it. */
  call(context: Context, params: unknown): Json | Promise<Json>;
}

/**
 * Declare a method of the public server. Parameters are positional; one whose schema takes undefined may be left out or
 * null.
 * @example defineMethod("eth_getCode", [address, blockRef], async (context, address, ref) => ...)
 */
export function defineMethod<const P extends Params>(
  name: string,
  params: P,
  handle: (context: RpcContext, ...args: Args<P>) => Json | Promise<Json>,
): Method {
  return methodFor<RpcContext>()(name, params, handle);
}

/** {@link defineMethod} for a server whose methods use something else. */
export function methodFor<Context>() {
  return <const P extends Params>(
    name: string,
    params: P,
    handle: (context: Context, ...args: Args<P>) => Json | Promise<Json>,
  ): Method<Context> => ({
    name,
    params,
    call: (context, given) => handle(context, ...(parseParams(params, given) as Args<P>)),
  });
}
