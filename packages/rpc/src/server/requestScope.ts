import { limitText } from "../limitFlags.js";
import type { RpcLimits } from "../limits.js";
import { RPC_CODE, RpcError } from "../rpcError.js";
import type { Turns } from "./turns.js";

/** The time one request may take, batches as a whole, and whether anybody still waits for it. */
export class RequestScope {
  private readonly endsAt: number;
  private turnsHad = 0;

  /**
   * @param limits `requestMsMax`: milliseconds until the request is over.
   * @param signal aborted when the client is gone.
   * @param turns of all requests of the server.
   * @param client whom the request counts for where clients take turns.
   */
  constructor(
    private readonly limits: RpcLimits,
    readonly signal: AbortSignal,
    private readonly turns: Turns,
    readonly client: unknown,
  ) {
    this.endsAt = performance.now() + limits.requestMsMax;
  }

  /**
   * To be called between the steps of anything long: lets others have their turns.
   * @throws RpcError -32002 when the time is up.
   */
  async step(): Promise<void> {
    this.check();
    await this.turn();
    this.check();
  }

  /** Resolves when the request may hold the event loop for a while. */
  async turn(): Promise<void> {
    if (!this.turns.mayGoOn()) await this.turns.next(this.turnsHad++);
  }

  private check(): void {
    if (this.signal.aborted) throw new RpcError(RPC_CODE.timeout, "request abandoned");
    if (performance.now() > this.endsAt) {
      throw new RpcError(RPC_CODE.timeout, `request timed out: ${limitText(this.limits, "requestMsMax")}`);
    }
  }
}
