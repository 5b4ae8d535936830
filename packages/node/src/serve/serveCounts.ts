import { Counter, Gauge, type Registry } from "prom-client";

/** What the voting thread counts of the serve thread. */
export class ServeCounts {
  readonly restarts: Counter;
  readonly droppedTransactions: Counter;

  /** @param isServing read whenever somebody asks. */
  constructor(registry: Registry, isServing: () => boolean) {
    const registers = [registry];
    new Gauge({
      name: "causeway_serve_up",
      help: "1 while the serve thread answers JSON-RPC",
      registers,
      collect() {
        this.set(isServing() ? 1 : 0);
      },
    });
    this.restarts = new Counter({
      name: "causeway_serve_restarts_total",
      help: "How often the serve thread ended by itself and was started again",
      registers,
    });
    this.droppedTransactions = new Counter({
      name: "causeway_serve_dropped_transactions_total",
      help: "Pooled transactions that subscribers were not told of, since the serve thread did not keep up",
      registers,
    });
  }
}
