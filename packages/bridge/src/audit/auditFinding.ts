import type { Address } from "@causeway/protocol/hex";

/** One thing looked at, with what was found. */
export interface AuditFinding {
  readonly contract: string;
  readonly address: Address;
  readonly check: string;
  readonly expected: string;
  readonly actual: string;
  readonly ok: boolean;
}
