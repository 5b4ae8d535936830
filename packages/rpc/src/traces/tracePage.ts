import type { FlatTrace } from "@causeway/chain/tracing/flatTraces";
import { limitText } from "../limitFlags.js";
import type { RpcLimits } from "../limits.js";
import type { TraceFilter } from "../params/traceFilter.js";
import { RPC_CODE, RpcError } from "../rpcError.js";
import { matchTrace } from "./matchTrace.js";

/** The page of matching traces that a trace_filter asks for. Only what is on it counts for the size of the answer. */
export class TracePage {
  readonly traces: FlatTrace[] = [];
  private before = 0;
  private bytes = 0;

  constructor(
    private readonly filter: TraceFilter,
    private readonly limits: RpcLimits,
  ) {}

  get full(): boolean {
    return this.traces.length >= this.filter.count;
  }

  /**
   * Add what matches of a block.
   * @throws RpcError -32003 when no answer could hold the page.
   */
  add(number: number, traces: Iterable<FlatTrace>): void {
    for (const trace of traces) {
      if (this.full) return;
      if (!matchTrace(trace, this.filter)) continue;
      if (this.before++ < this.filter.after) continue;
      this.bytes += JSON.stringify(trace).length;
      if (this.bytes > this.limits.responseBytesMax) throw this.tooLarge(number);
      this.traces.push(trace);
    }
  }

  private tooLarge(number: number): RpcError {
    return new RpcError(
      RPC_CODE.responseTooLarge,
      `trace_filter finds too much by block ${number}, ${limitText(this.limits, "responseBytesMax")}: ask for a narrower range or a smaller count`,
    );
  }
}
