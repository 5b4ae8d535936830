import {
  closeSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  unlinkSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";
import { CausewayError } from "@causeway/protocol/errors";

export type ProcessLockError = CausewayError<{ code: "Locked"; path: string; pid: number }>;

/** Two starters that find the same stale lock race at most this often. */
const ATTEMPTS_MAX = 5;

/**
 * Hold `path` for this process: no second process signs with the key (W6). A lock whose process is gone, also when its
 * pid was given to another process since, is taken over.
 * @returns the function that releases it.
 * @throws {ProcessLockError}
 */
export function acquireProcessLock(path: string): () => void {
  mkdirSync(dirname(path), { recursive: true });
  const own = `${process.pid} ${processStart(process.pid)}\n`;
  const draft = `${path}.${process.pid}`;
  writeDraft(draft, own);
  try {
    for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
      if (tryLink(draft, path)) return () => releaseLock(path, own);
      const holder = readHolder(path);
      if (holder !== null && isAlive(holder)) throw locked(path, holder.pid);
      if (holder !== null) rmSync(path, { force: true });
    }
    throw locked(path, readHolder(path)?.pid ?? 0);
  } finally {
    unlinkSync(draft);
  }
}

interface Holder {
  readonly pid: number;
  readonly start: string;
}

function writeDraft(path: string, text: string): void {
  rmSync(path, { force: true });
  const descriptor = openSync(path, "wx", 0o600);
  writeSync(descriptor, text);
  closeSync(descriptor);
}

/** link(2) is atomic and, unlike an exclusive open, never shows a lock without its content. */
function tryLink(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

function readHolder(path: string): Holder | null {
  try {
    const [pid = "", start = ""] = readFileSync(path, "utf8").trim().split(" ");
    return { pid: Number(pid), start };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}

function isAlive({ pid, start }: Holder): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
  }
  return processStart(pid) === start;
}

/** Start time of a process in clock ticks since boot, with the boot id; "-" where /proc does not tell. */
function processStart(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    return `${boot}:${fields[19]}`;
  } catch {
    return "-";
  }
}

function releaseLock(path: string, own: string): void {
  try {
    if (readFileSync(path, "utf8") === own) unlinkSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
}

function locked(path: string, pid: number): ProcessLockError {
  return new CausewayError(
    { code: "Locked", path, pid },
    `${path}: process ${pid} is using this consensus key; stop it first (W6)`,
  );
}
