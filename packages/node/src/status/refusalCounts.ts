import type { NodeMetrics } from "../metrics.js";

/** Rules are a fixed table; names that arrive from outside must not make it grow. */
const RULES_MAX = 256;

/** How often each rule refused something (X9), for `causeway_status` and the metric `refused_total`. */
export class RefusalCounts {
  readonly #metrics: NodeMetrics;
  readonly #counts = new Map<string, number>();

  constructor(metrics: NodeMetrics) {
    this.#metrics = metrics;
  }

  get counts(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#counts);
  }

  add(rule: string): void {
    if (!this.#counts.has(rule) && this.#counts.size >= RULES_MAX) return;
    this.#counts.set(rule, (this.#counts.get(rule) ?? 0) + 1);
    this.#metrics.refused.inc({ rule });
  }
}
