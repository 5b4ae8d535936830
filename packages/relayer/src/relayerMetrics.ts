import { Counter, Gauge, Registry } from "prom-client";
import type { RelayerStatus } from "./relayerStatus.js";
import type { Severity } from "./severity.js";

/** Prometheus metrics of one relayer. */
export class RelayerMetrics {
  private readonly registry = new Registry();
  private readonly failures = new Counter({
    name: "causeway_relayer_step_failures_total",
    help: "Failures of a step by severity and alarm",
    labelNames: ["step", "severity", "alarm"],
    registers: [this.registry],
  });
  private readonly transactions = new Counter({
    name: "causeway_relayer_transactions_total",
    help: "Stages reached by transactions of a kind",
    labelNames: ["kind", "stage"],
    registers: [this.registry],
  });
  private readonly alarms = new Gauge({
    name: "causeway_relayer_alarm",
    help: "1 while a step fails, by step and alarm",
    labelNames: ["step", "alarm"],
    registers: [this.registry],
  });
  private readonly progress = new Gauge({
    name: "causeway_relayer_progress",
    help: "How far each step has come: heights, counts and times",
    labelNames: ["step", "what"],
    registers: [this.registry],
  });
  private readonly balances = new Gauge({
    name: "causeway_relayer_balance_ether",
    help: "Balance of each paying account, in ether",
    labelNames: ["account"],
    registers: [this.registry],
  });
  private readonly live = new Gauge({
    name: "causeway_relayer_live_transactions",
    help: "Transactions sent and not final, by account",
    labelNames: ["account"],
    registers: [this.registry],
  });

  onFailure(step: string, severity: Severity, alarm: string): void {
    this.failures.inc({ step, severity, alarm });
  }

  onTransaction(kind: string, stage: string): void {
    this.transactions.inc({ kind, stage });
  }

  /** The metrics page, brought up to the given status first. */
  async page(status: RelayerStatus): Promise<{ contentType: string; text: string }> {
    this.alarms.reset();
    for (const { name, alarm, progress } of status.steps) {
      if (alarm !== null) this.alarms.set({ step: name, alarm }, 1);
      for (const [what, value] of Object.entries(progress)) this.progress.set({ step: name, what }, value);
    }
    for (const { name, balanceWei, transactions } of status.accounts) {
      if (balanceWei !== null) this.balances.set({ account: name }, Number(balanceWei) / 1e18);
      this.live.set({ account: name }, transactions.length);
    }
    return { contentType: this.registry.contentType, text: await this.registry.metrics() };
  }
}
