import { rpcAccess } from "@causeway/node/config/rpcAccess";
import { z } from "zod";
import { usageError } from "./options.js";
import type { RpcFlags } from "./rpcOptions.js";

const schema = z.strictObject(rpcAccess);

/** Who may call, by the flags, as a server takes it. @throws UsageError for what would match no request. */
export function accessOf({ rpcCors, rpcHosts }: Pick<RpcFlags, "rpcCors" | "rpcHosts">) {
  const parsed = schema.safeParse({ origins: rpcCors, hosts: rpcHosts });
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const flag = issue?.path[0] === "origins" ? "--rpc-cors" : "--rpc-hosts";
  throw usageError(`${flag} ${issue?.message ?? "is invalid"}`);
}
