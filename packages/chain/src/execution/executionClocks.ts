import { readFileSync } from "node:fs";

/** What execution is measured by, in milliseconds. */
export interface ExecutionClocks {
  /** Monotonic. */
  readonly now: () => number;
  /** Processor time this thread has used. It stands still while other programs have the processor, or the disk is awaited. */
  readonly cpu: () => number;
}

/** Nanoseconds this thread has run, first of three numbers, where the kernel is Linux. */
const THREAD_SCHEDSTAT = "/proc/thread-self/schedstat";

/** Processor time of this thread in milliseconds; of the whole process where neither Node nor the kernel tells more. */
export const cpuMs: () => number = threadClock() ?? (() => inMs(process.cpuUsage()));

function threadClock(): (() => number) | null {
  // Since Node 23.9.
  const { threadCpuUsage } = process as { threadCpuUsage?: () => NodeJS.CpuUsage };
  if (threadCpuUsage !== undefined) return () => inMs(threadCpuUsage());
  try {
    readSchedstat();
    return readSchedstat;
  } catch {
    return null;
  }
}

function readSchedstat(): number {
  return Number(readFileSync(THREAD_SCHEDSTAT, "latin1").split(" ", 1)[0]) / 1_000_000;
}

function inMs({ user, system }: NodeJS.CpuUsage): number {
  return (user + system) / 1_000;
}

/**
 * Start measuring.
 * @returns the milliseconds since: processor time, or time where that is less. On a busy machine time passes for nothing,
 * and other threads may use the process's.
 */
export function stopwatch({ now, cpu }: ExecutionClocks): () => number {
  const [startedAt, cpuAt] = [now(), cpu()];
  return () => Math.min(now() - startedAt, cpu() - cpuAt);
}
