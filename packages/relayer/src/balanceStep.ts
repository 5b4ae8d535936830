import { StepError } from "./severity.js";
import type { Step } from "./step.js";
import type { TransactionLane } from "./transactionLane.js";

/** X7: below this an account must be refilled, wei. */
const BALANCE_ALARM_WEI = 10n ** 18n;

/** Alarms when an account that pays for transactions runs low. */
export class BalanceStep implements Step {
  readonly name = "balance";
  readonly progress = {};
  /** Account balances at the last look, wei. */
  readonly balances = new Map<string, bigint>();

  constructor(private readonly lanes: readonly { readonly name: string; readonly lane: TransactionLane }[]) {}

  async run(): Promise<void> {
    for (const { name, lane } of this.lanes) this.balances.set(name, await lane.balance());
    const low = [...this.balances].filter(([, balance]) => balance < BALANCE_ALARM_WEI).map(([name]) => name);
    if (low.length === 0) return;
    throw new StepError(
      "temporary",
      "LowBalance",
      `${low.join(", ")}: balance below ${BALANCE_ALARM_WEI} wei, refill before transactions stop (X7)`,
    );
  }

  reset(): void {
    this.balances.clear();
  }
}
