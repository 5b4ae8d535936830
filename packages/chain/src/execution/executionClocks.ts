/** What execution is measured by, in milliseconds. */
export interface ExecutionClocks {
  /** Monotonic. */
  readonly now: () => number;
  /** Processor time this thread has used. It stands still while other programs have the processor, or the disk is awaited. */
  readonly cpu: () => number;
}

/** Node has it since 23.9; before, a whole process is the nearest. */
const threadCpuUsage = (process as { threadCpuUsage?: () => NodeJS.CpuUsage }).threadCpuUsage;

/** Processor time of this thread, of the whole process where Node cannot tell. */
export function cpuMs(): number {
  const { user, system } = threadCpuUsage?.() ?? process.cpuUsage();
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
