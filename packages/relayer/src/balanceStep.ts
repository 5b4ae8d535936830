import { StepError } from "./severity.js";
import type { Step } from "./step.js";
import type { TransactionLane } from "./transactionLane.js";

/** X7: below this an account must be refilled, wei. */
const BALANCE_ALARM_WEI = 10n ** 18n;

/** A paying account. */
export interface NamedLane {
  readonly name: string;
  readonly lane: TransactionLane;
}

/** Alarms when an account that pays for transactions runs low, or cannot pay. */
export class BalanceStep implements Step {
  readonly name = "balance";
  readonly progress = {};
  /** Account balances at the last look, wei. */
  readonly balances = new Map<string, bigint>();

  constructor(private readonly lanes: readonly NamedLane[]) {}

  async run(): Promise<void> {
    for (const { name, lane } of this.lanes) this.balances.set(name, await lane.balance());
    const broke = this.lanes.filter(({ lane }) => lane.lackOfFunds !== null);
    if (broke.length > 0) {
      const refusals = broke.map(({ lane }) => lane.lackOfFunds).join("; ");
      throw new StepError(
        "temporary",
        "InsufficientFunds",
        `transactions are blocked by insufficient funds: fund ${accounts(broke)} (${refusals})`,
      );
    }
    const low = this.lanes.filter(({ name }) => (this.balances.get(name) ?? 0n) < BALANCE_ALARM_WEI);
    if (low.length === 0) return;
    throw new StepError(
      "temporary",
      "LowBalance",
      `balance below ${BALANCE_ALARM_WEI} wei, refill before transactions stop (X7): fund ${accounts(low)}`,
    );
  }

  reset(): void {
    this.balances.clear();
  }
}

function accounts(lanes: readonly NamedLane[]): string {
  return lanes
    .map(({ name, lane: { address, chainId } }) => `${address} on chain ${chainId} (${name})`)
    .join(", ");
}
