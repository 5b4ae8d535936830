import type { ChainReader } from "@causeway/chain/chainReader";
import type { RequestContext } from "../context.js";
import type { RpcLimits } from "../limits.js";
import { methodFor } from "../method.js";
import type { AdminPort } from "./adminPort.js";

/** What all requests to the admin port share. */
export interface AdminServices {
  readonly admin: AdminPort;
  readonly reader: ChainReader;
  readonly limits: RpcLimits;
}

/** What a method of the admin port may use. */
export interface AdminContext extends AdminServices, RequestContext {}

/** Declare a method of the admin port. */
export const defineAdminMethod = methodFor<AdminContext>();
