import { setImmediate } from "node:timers/promises";
import { limitText } from "./limitFlags.js";
import type { RpcLimits } from "./limits.js";
import { RPC_CODE, RpcError } from "./rpcError.js";

/** Longest time a request holds the event loop, in milliseconds. */
const SLICE_MS_MAX = 10;

/** The time one request may take, batches as a whole, and whether anybody still waits for it. */
export class RequestScope {
  private readonly endsAt: number;
  private sliceStart = performance.now();

  /**
   * @param limits `requestMsMax`: milliseconds until the request is over.
   * @param signal aborted when the client is gone.
   */
  constructor(
    private readonly limits: RpcLimits,
    readonly signal: AbortSignal,
  ) {
    this.endsAt = performance.now() + limits.requestMsMax;
  }

  /**
   * To be called between the steps of anything long: lets others run now and then.
   * @throws RpcError -32002 when the time is up.
   */
  async step(): Promise<void> {
    const now = performance.now();
    if (this.signal.aborted) throw new RpcError(RPC_CODE.timeout, "request abandoned");
    if (now > this.endsAt) {
      throw new RpcError(RPC_CODE.timeout, `request timed out: ${limitText(this.limits, "requestMsMax")}`);
    }
    if (now - this.sliceStart <= SLICE_MS_MAX) return;
    await setImmediate();
    this.sliceStart = performance.now();
  }
}
