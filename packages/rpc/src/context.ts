import type { ChainReader, PoolPort } from "@causeway/chain/chainReader";
import type { CallSlots } from "./callSlots.js";
import type { FilterStore } from "./filterStore.js";
import type { RpcLimits } from "./limits.js";
import type { StatusPort } from "./statusPort.js";
import type { Subscriber } from "./ws/subscriber.js";

/** What a method may use. */
export interface RpcContext {
  readonly reader: ChainReader;
  readonly pool: PoolPort;
  readonly status: StatusPort;
  readonly limits: RpcLimits;
  readonly filters: FilterStore;
  readonly callSlots: CallSlots;
  /** The connection that notifications go to; null over HTTP. */
  readonly subscriber: Subscriber | null;
}
