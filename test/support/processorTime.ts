import { readdir, readFile } from "node:fs/promises";

const NANOSECONDS_PER_MS = 1e6;
/** What Linux counts in for programs. */
const TICK_MS = 10;

/** Milliseconds since a thread began: on a processor, and ready but waiting for one. */
export interface ProcessorTime {
  readonly ranMs: number;
  readonly waitedMs: number;
}

/** Of a process' main thread, as Linux counts it; null elsewhere. */
export function processorTime(pid: number): Promise<ProcessorTime | null> {
  return threadTime(pid, String(pid));
}

/** Milliseconds that all threads of a process but the main one have run, of those there are now; null but on Linux. */
export async function otherThreadsMs(pid: number): Promise<number | null> {
  const threads = await readdir(`/proc/${pid}/task`).catch(() => null);
  if (threads === null) return null;
  const others = threads.filter((thread) => thread !== String(pid));
  const times = await Promise.all(others.map((thread) => threadTime(pid, thread)));
  return times.reduce((sum, time) => sum + (time?.ranMs ?? 0), 0);
}

/** Milliseconds that whoever runs this virtual machine has kept its processors from it; null but on Linux. */
export async function stolenMs(): Promise<number | null> {
  const text = await readFile("/proc/stat", "utf8").catch(() => null);
  // cpu user nice system idle iowait irq softirq steal
  const ticks = text?.split("\n")[0]?.trim().split(/\s+/)[8];
  return ticks === undefined ? null : Number(ticks) * TICK_MS;
}

async function threadTime(pid: number, thread: string): Promise<ProcessorTime | null> {
  const text = await readFile(`/proc/${pid}/task/${thread}/schedstat`, "utf8").catch(() => null);
  if (text === null) return null;
  const [ran = 0, waited = 0] = text.split(" ").map(Number);
  return { ranMs: ran / NANOSECONDS_PER_MS, waitedMs: waited / NANOSECONDS_PER_MS };
}
