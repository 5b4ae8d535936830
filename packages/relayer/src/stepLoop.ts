import type { Logger } from "pino";
import { alarmOf, type Severity, severityOf } from "./severity.js";
import type { Step } from "./step.js";

/** How a step fares. Times in Unix milliseconds. */
export interface StepStatus {
  readonly name: string;
  readonly state: "starting" | "running" | "failing" | "halted";
  readonly lastOkAt: number | null;
  /** Failures since the last success. */
  readonly failures: number;
  /** Name and text of the present failure. */
  readonly alarm: string | null;
  readonly message: string | null;
  readonly progress: Readonly<Record<string, number>>;
}

/** Longest pause of a failing step, milliseconds. */
const BACKOFF_MAX_MS = 30_000;

/** Told of each failure, for metrics. */
export type FailureObserver = (step: string, severity: Severity, alarm: string) => void;

interface Entry {
  readonly step: Step;
  status: Omit<StepStatus, "progress">;
  /** Monotonic milliseconds: a clock set back must not keep a step from being tried again. */
  notBefore: number;
}

/**
 * Runs steps one after another, again and again, and is the only judge of their failures: a temporary one is tried again
 * with growing pauses, a reset first forgets what was derived, a critical one halts that step for good and leaves the
 * others and the alarm standing.
 */
export class StepLoop {
  private readonly entries: Entry[];

  constructor(
    steps: readonly Step[],
    private readonly pollIntervalMs: number,
    private readonly logger: Logger,
    private readonly onFailure: FailureObserver,
  ) {
    this.entries = steps.map((step) => ({ step, status: starting(step.name), notBefore: 0 }));
  }

  get statuses(): readonly StepStatus[] {
    return this.entries.map(({ status, step }) => ({ ...status, progress: step.progress }));
  }

  /** Resolves after the signal, when the step under way has ended. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      for (const entry of this.entries) {
        if (!signal.aborted) await this.runEntry(entry, signal);
      }
      await pause(this.pollIntervalMs, signal);
    }
  }

  private async runEntry(entry: Entry, signal: AbortSignal): Promise<void> {
    if (entry.status.state === "halted" || performance.now() < entry.notBefore) return;
    const { name } = entry.step;
    try {
      await entry.step.run();
      if (entry.status.failures > 0) this.logger.info({ step: name }, "works again");
      entry.status = { ...starting(name), state: "running", lastOkAt: Date.now() };
    } catch (error) {
      // What fails because it was given up is no failure.
      if (!signal.aborted) this.judge(entry, error);
    }
  }

  private judge(entry: Entry, error: unknown): void {
    const { name } = entry.step;
    const severity = severityOf(error);
    const alarm = alarmOf(error);
    const message = error instanceof Error ? error.message : String(error);
    const failures = entry.status.failures + 1;
    const state = severity === "critical" ? "halted" : "failing";
    entry.status = { ...entry.status, state, failures, alarm, message };
    if (severity === "reset") entry.step.reset();
    entry.notBefore =
      performance.now() + Math.min(BACKOFF_MAX_MS, this.pollIntervalMs * 2 ** Math.min(failures - 1, 16));
    this.onFailure(name, severity, alarm);
    const level = severity === "critical" ? "fatal" : "warn";
    this.logger[level]({ step: name, severity, alarm, failures }, message);
  }
}

function starting(name: string): Entry["status"] {
  return { name, state: "starting", lastOkAt: null, failures: 0, alarm: null, message: null };
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", done, { once: true });
    function done() {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    }
  });
}
