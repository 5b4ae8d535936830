import type { Hex } from "@causeway/protocol/hex";
import type { Subscription } from "./subscription.js";

/** The connection behind a request, as eth_subscribe sees it. */
export interface Subscriber {
  /**
   * Begin a subscription; its first notification follows the answer that carries its id.
   * @throws RpcError -32005 when the connection has as many as it may.
   */
  subscribe(subscription: Subscription): Hex;
  /** false when the connection has no such subscription. */
  unsubscribe(id: string): boolean;
}
