import { limitText } from "../limitFlags.js";
import type { RpcLimits } from "../limits.js";
import { RPC_CODE, RpcError } from "../rpcError.js";
import { AnswerBytes } from "./answerBytes.js";
import type { Turns } from "./turns.js";

/** What one request may use, batches as a whole, and whether anybody still waits for it. */
export class RequestScope {
  readonly answerBytes: AnswerBytes;
  private readonly endsAt: number;
  private turnsHad = 0;

  /**
   * @param limits `requestMsMax`: milliseconds until the request is over.
   * @param signal aborted when the client is gone.
   * @param turns of all requests of the server.
   * @param client whom the request counts for where clients take turns.
   * @param now monotonic milliseconds.
   */
  constructor(
    private readonly limits: RpcLimits,
    readonly signal: AbortSignal,
    private readonly turns: Turns,
    readonly client: unknown,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.answerBytes = new AnswerBytes(limits);
    this.endsAt = now() + limits.requestMsMax;
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

  /**
   * For what can be left for another request: tells whether `part` of the time that is left by now has passed.
   * @param part of 1.
   */
  share(part: number): () => boolean {
    const start = this.now();
    const end = start + part * Math.max(0, this.endsAt - start);
    return () => this.now() >= end;
  }

  /** @throws RpcError -32002 when nobody waits for the answer. */
  assertAwaited(): void {
    if (this.signal.aborted) throw new RpcError(RPC_CODE.timeout, "request abandoned");
  }

  private check(): void {
    this.assertAwaited();
    if (this.now() > this.endsAt) {
      throw new RpcError(RPC_CODE.timeout, `request timed out: ${limitText(this.limits, "requestMsMax")}`);
    }
  }
}
