import type { ChainReader } from "@causeway/chain/chainReader";
import type { CallSlots } from "./calls/callSlots.js";
import type { TipOracle } from "./fees/tipOracle.js";
import type { FilterStore } from "./filters/filterStore.js";
import type { RpcLimits } from "./limits.js";
import type { PoolPort } from "./poolPort.js";
import type { RequestScope } from "./server/requestScope.js";
import type { StatusPort } from "./statusPort.js";
import type { Subscriber } from "./ws/subscriber.js";

/** What all requests share. */
export interface RpcServices {
  readonly reader: ChainReader;
  readonly pool: PoolPort;
  readonly status: StatusPort;
  readonly limits: RpcLimits;
  readonly filters: FilterStore;
  readonly callSlots: CallSlots;
  readonly traceSlots: CallSlots;
  readonly tips: TipOracle;
}

/** What belongs to one request. */
export interface RequestContext {
  readonly scope: RequestScope;
  /** The connection that notifications go to; null over HTTP. */
  readonly subscriber: Subscriber | null;
}

/** What a method of the public server may use. */
export interface RpcContext extends RpcServices, RequestContext {}
