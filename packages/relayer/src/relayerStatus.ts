import type { Address } from "@causeway/protocol/hex";
import type { StepStatus } from "./stepLoop.js";

/** What the status page tells. */
export interface RelayerStatus {
  readonly roles: readonly string[];
  /** False while any step fails or is halted. */
  readonly ok: boolean;
  readonly steps: readonly StepStatus[];
  readonly accounts: readonly AccountStatus[];
}

/** One paying account on one chain. */
export interface AccountStatus {
  readonly name: string;
  readonly address: Address;
  /** Decimal string, null before the first look. */
  readonly balanceWei: string | null;
  /** Keys of transactions sent and not final. */
  readonly transactions: readonly string[];
}
