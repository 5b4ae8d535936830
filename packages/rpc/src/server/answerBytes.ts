import type { RpcLimits } from "../limits.js";
import { responseTooLarge } from "./responseTooLarge.js";

/** Bytes that the answer to one request may take, a batch as a whole. */
export class AnswerBytes {
  private left: number;
  private around = 0;

  constructor(private readonly limits: RpcLimits) {
    this.left = limits.responseBytesMax;
  }

  /**
   * Begin a call.
   * @param around bytes of its answer besides the result.
   * @throws RpcError -32003 when the calls before have left nothing.
   */
  begin(around: number): void {
    if (this.left <= 0) throw responseTooLarge(this.limits);
    this.around = around;
  }

  /** What the result of the call in work may have. */
  get forResult(): number {
    return this.left - this.around;
  }

  /** Whether no call before has taken any: what does not fit now never will. */
  get untouched(): boolean {
    return this.left === this.limits.responseBytesMax;
  }

  /** @throws RpcError -32003 when there is less, and from then on. */
  take(bytes: number): void {
    this.left -= bytes;
    if (this.left < 0) throw responseTooLarge(this.limits);
  }
}
