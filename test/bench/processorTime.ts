import { readFile } from "node:fs/promises";

const NANOSECONDS_PER_MS = 1e6;

/** Milliseconds since a thread began: on a processor, and ready but waiting for one. */
export interface ProcessorTime {
  readonly ranMs: number;
  readonly waitedMs: number;
}

/** Of a process' main thread, as Linux counts it; null elsewhere. */
export async function processorTime(pid: number): Promise<ProcessorTime | null> {
  const text = await readFile(`/proc/${pid}/task/${pid}/schedstat`, "utf8").catch(() => null);
  if (text === null) return null;
  const [ran = 0, waited = 0] = text.split(" ").map(Number);
  return { ranMs: ran / NANOSECONDS_PER_MS, waitedMs: waited / NANOSECONDS_PER_MS };
}
