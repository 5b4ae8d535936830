import { type IntervalHistogram, monitorEventLoopDelay } from "node:perf_hooks";
import type { ObserveCall } from "@causeway/rpc/server/dispatcher";
import { Gauge, Histogram, Registry } from "prom-client";

/** Upper bounds in seconds of one call. */
const CALL_BUCKETS_SECONDS = [0.001, 0.005, 0.025, 0.1, 0.5, 1, 5, 30];
const LAG_RESOLUTION_MS = 20;
const NANOSECONDS = 1e9;

/** What the serve thread measures of itself; the node's metrics server shows it with the rest. */
export class ServeMetrics {
  readonly #registry = new Registry();
  readonly #calls: Histogram<"method" | "outcome">;
  readonly #delay: IntervalHistogram = monitorEventLoopDelay({ resolution: LAG_RESOLUTION_MS });

  constructor(node: string) {
    this.#registry.setDefaultLabels({ node });
    const registers = [this.#registry];
    this.#calls = new Histogram({
      name: "causeway_serve_rpc_seconds",
      help: "Time of JSON-RPC calls that the serve thread answered, by method and outcome",
      labelNames: ["method", "outcome"],
      buckets: CALL_BUCKETS_SECONDS,
      registers,
    });
    const delay = this.#delay;
    new Gauge({
      name: "causeway_serve_loop_lag_seconds",
      help: "99th percentile of the serve thread's event loop lag since it was last asked for",
      registers,
      collect() {
        this.set(Math.max(0, delay.percentile(99) / NANOSECONDS - LAG_RESOLUTION_MS / 1_000));
        delay.reset();
      },
    });
    new Gauge({
      name: "causeway_serve_heap_bytes",
      help: "Heap in use by the serve thread",
      registers,
      collect() {
        this.set(process.memoryUsage().heapUsed);
      },
    });
    delay.enable();
  }

  readonly observe: ObserveCall = (method, outcome, seconds) =>
    this.#calls.observe({ method, outcome }, seconds);

  text(): Promise<string> {
    return this.#registry.metrics();
  }

  close(): void {
    this.#delay.disable();
  }
}
