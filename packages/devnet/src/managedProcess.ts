import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync, readSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { CausewayError } from "@causeway/protocol/errors";

export interface ProcessSpec {
  /** Name in messages, e.g. "validator 2". */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** stdout and stderr are appended to this file. */
  readonly logFile: string;
  readonly env?: Readonly<Record<string, string>>;
}

export type ProcessExit = { readonly code: number | null; readonly signal: NodeJS.Signals | null };

/** How long a process may take to end after SIGTERM before it is killed: longer than ours take to end themselves by force. */
const STOP_TIMEOUT_MS = 60_000;
const LOG_TAIL_BYTES = 4_096;

/** Children alive now. When this program ends, however it does short of SIGKILL, they end with it. */
const alive = new Set<ChildProcess>();
process.once("exit", () => {
  for (const child of alive) child.kill("SIGKILL");
});

/**
 * One child process of the cluster: starts, stops, is killed and started again under one name. It is only ever signalled
 * through its own handle.
 */
export class ManagedProcess {
  readonly spec: ProcessSpec;
  private child: ChildProcess | null = null;
  private exited: Promise<ProcessExit> = Promise.resolve({ code: 0, signal: null });
  private stopping = false;
  private readonly onUnexpectedExit: (process: ManagedProcess, exit: ProcessExit) => void;

  constructor(
    spec: ProcessSpec,
    onUnexpectedExit: (process: ManagedProcess, exit: ProcessExit) => void = () => {},
  ) {
    this.spec = spec;
    this.onUnexpectedExit = onUnexpectedExit;
  }

  get running(): boolean {
    return this.child !== null;
  }

  get pid(): number | undefined {
    return this.child?.pid;
  }

  /** @throws Error when it already runs. */
  start(env: Readonly<Record<string, string>> = {}): void {
    if (this.child !== null) throw new Error(`${this.spec.name} already runs as process ${this.child.pid}`);
    mkdirSync(dirname(this.spec.logFile), { recursive: true });
    const log = openSync(this.spec.logFile, "a");
    const child = spawn(this.spec.command, [...this.spec.args], {
      stdio: ["ignore", log, log],
      env: { ...process.env, ...this.spec.env, ...env },
    });
    closeSync(log);
    this.child = child;
    alive.add(child);
    this.stopping = false;
    this.exited = new Promise((resolve) => {
      const ended = (exit: ProcessExit) => {
        this.child = null;
        alive.delete(child);
        resolve(exit);
        if (!this.stopping) this.onUnexpectedExit(this, exit);
      };
      child.once("error", () => ended({ code: 1, signal: null }));
      child.once("exit", (code, signal) => ended({ code, signal }));
    });
  }

  /** SIGTERM, then SIGKILL when it has not ended in time. */
  async stop(): Promise<ProcessExit> {
    this.stopping = true;
    this.child?.kill("SIGTERM");
    // A stopped process does not see SIGTERM.
    this.resume();
    const timer = setTimeout(() => this.child?.kill("SIGKILL"), STOP_TIMEOUT_MS);
    const exit = await this.exited;
    clearTimeout(timer);
    return exit;
  }

  /** SIGKILL: the crash that tests ask for. */
  async kill(): Promise<ProcessExit> {
    this.stopping = true;
    this.child?.kill("SIGKILL");
    return this.exited;
  }

  /** SIGSTOP: the process keeps its sockets and files, and does nothing. */
  pause(): void {
    this.child?.kill("SIGSTOP");
  }

  /** SIGCONT; without effect on a process that runs. */
  resume(): void {
    this.child?.kill("SIGCONT");
  }

  /** Resolves when the process ends for whatever reason. */
  waitForExit(): Promise<ProcessExit> {
    return this.exited;
  }

  /** The last lines it wrote. */
  logTail(): string {
    try {
      const size = statSync(this.spec.logFile).size;
      const length = Math.min(size, LOG_TAIL_BYTES);
      const buffer = Buffer.alloc(length);
      const file = openSync(this.spec.logFile, "r");
      readSync(file, buffer, 0, length, size - length);
      closeSync(file);
      return buffer.toString("utf8").trimEnd();
    } catch {
      return "(no log)";
    }
  }
}

export function exitError(
  process: ManagedProcess,
  exit: ProcessExit,
): CausewayError<{ code: "ProcessExited"; name: string }> {
  const how = exit.signal === null ? `with code ${exit.code}` : `by ${exit.signal}`;
  return new CausewayError(
    { code: "ProcessExited", name: process.spec.name },
    `${process.spec.name} ended ${how}. Its log ${process.spec.logFile} ends:\n${process.logTail()}`,
  );
}
