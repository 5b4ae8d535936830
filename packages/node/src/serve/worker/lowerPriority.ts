import { readlinkSync } from "node:fs";
import { setPriority } from "node:os";
import type { Logger } from "../../ports/logger.js";

/** About a tenth of the processor time of a thread that votes, where both want the same processor. */
const NICE = 10;

/**
 * Let the calling thread stand back behind the others of this machine: on Linux each thread has a nice value of its own.
 * Elsewhere, and where the system does not allow it, the thread competes as any other.
 */
export function lowerPriority(log: Logger): void {
  if (process.platform !== "linux") return;
  try {
    // <process>/task/<thread>
    const thread = Number(readlinkSync("/proc/thread-self").split("/").at(-1));
    if (Number.isSafeInteger(thread) && thread > 0) setPriority(thread, NICE);
  } catch (error) {
    log.warn({ error: String(error) }, "the serve thread runs at the priority of the voting thread");
  }
}
