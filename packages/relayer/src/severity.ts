import { BridgeError, type BridgeErrorType } from "@causeway/bridge/bridgeError";

/** What the loop does about a failed step: try again; forget derived state and try again; stop that step and alarm. */
export type Severity = "temporary" | "reset" | "critical";

/** A failure whose severity the thrower knows. `alarm` names it in status and metrics. */
export class StepError extends Error {
  constructor(
    readonly severity: Severity,
    readonly alarm: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = "StepError";
  }
}

/** Failures of the bridge library that are not cured by mere repetition. */
const SEVERITIES: Partial<Record<BridgeErrorType["code"], Severity>> = {
  LogsIncomplete: "reset",
  RootMismatch: "reset",
  WrongChain: "critical",
};

/** Anything not known to be worse is worth another try: a node may be down, behind or wrong for a while. */
export function severityOf(error: unknown): Severity {
  if (error instanceof StepError) return error.severity;
  return error instanceof BridgeError ? (SEVERITIES[error.code] ?? "temporary") : "temporary";
}

/** Short name of a failure for status and metrics. */
export function alarmOf(error: unknown): string {
  if (error instanceof StepError) return error.alarm;
  return error instanceof BridgeError ? error.code : "Unexpected";
}
