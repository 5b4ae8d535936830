import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import {
  closeSync,
  cpSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { dirname, join } from "node:path";
import type { ManagedProcess } from "@causeway/devnet/managedProcess";
import type { NodeConfigFile } from "@causeway/node/config/nodeConfig";

const DISK_BYTES = 64 * 1024 * 1024;
const FILL_STEP_BYTES = 64 * 1024;
/** What a node still writes to its log once nothing else can be written. */
const LOG_ROOM_BYTES = 16 * 1024;
/** What `ulimit -f` of a POSIX shell counts in. */
const ULIMIT_UNIT_BYTES = 512;

/**
 * Where a node keeps its data when its disk is to fill up. In a mount namespace of its own the data directory is a small
 * file system, which ends with the process that holds the namespace: nothing stays mounted, however the test ends.
 * Without the right to make one (containers), the node runs under a limit on the size of its files instead. Linux only.
 */
export interface TightDisk {
  /** For the output of the test: what is really done here. */
  readonly how: string;
  /** How to run a program on this disk. */
  wrap(
    command: string,
    args: readonly string[],
  ): { readonly command: string; readonly args: readonly string[] };
  /** From now on writing fails, also for the program that runs on it. */
  fill(running: ManagedProcess): void;
  free(): void;
  /** Bring the data of the stopped node back to where it was; the disk is gone then. */
  moveBack(): Promise<void>;
}

/** Move the data of a stopped node to a tight disk. @param nodeDir directory with config.json, chain/ and safety/. */
export async function moveToTightDisk(nodeDir: string): Promise<TightDisk> {
  const dataDir = join(nodeDir, "disk");
  mkdirSync(dataDir);
  const disk = (await MountedDisk.at(dataDir)) ?? new LimitedFiles(dataDir);
  moveData(nodeDir, disk.outside);
  setDataDir(nodeDir, "disk");
  return disk;
}

function moveData(from: string, to: string): void {
  for (const part of ["chain", "safety", "evidence"].filter((name) => existsSync(join(from, name)))) {
    cpSync(join(from, part), join(to, part), { recursive: true, errorOnExist: true, force: false });
    rmSync(join(from, part), { recursive: true });
  }
}

function setDataDir(nodeDir: string, dataDir: string): void {
  const path = join(nodeDir, "config.json");
  const config = JSON.parse(readFileSync(path, "utf8")) as NodeConfigFile;
  writeFileSync(path, JSON.stringify({ ...config, dataDir }, null, 2));
}

class MountedDisk implements TightDisk {
  readonly how = `a file system of ${DISK_BYTES} bytes`;

  private constructor(
    private readonly dir: string,
    private readonly holder: ChildProcess,
    private readonly userNamespace: boolean,
  ) {}

  /** @returns null when this machine does not let us. */
  static async at(dir: string): Promise<MountedDisk | null> {
    if (process.platform !== "linux") return null;
    const userNamespace = process.getuid?.() !== 0;
    // `cat` ends when this process does, by whatever end: its input closes.
    const script = 'mount -t tmpfs -o size="$2" tmpfs "$1" && echo mounted && exec cat';
    const holder = spawn(
      "unshare",
      [
        ...["--mount", "--propagation", "private", ...(userNamespace ? ["--map-root-user"] : [])],
        ...["sh", "-c", script, "sh", dir, String(DISK_BYTES)],
      ],
      { stdio: ["pipe", "pipe", "ignore"] },
    );
    const mounted = await new Promise<boolean>((resolve) => {
      holder.stdout.once("data", () => resolve(true));
      holder.once("close", () => resolve(false));
      holder.once("error", () => resolve(false));
    });
    return mounted ? new MountedDisk(dir, holder, userNamespace) : null;
  }

  /** The directory as seen from outside the namespace. */
  get outside(): string {
    return `/proc/${this.holder.pid}/root${this.dir}`;
  }

  wrap(command: string, args: readonly string[]) {
    const enter = ["--target", String(this.holder.pid), "--mount"];
    const user = this.userNamespace ? ["--user", "--preserve-credentials"] : [];
    return { command: "nsenter", args: [...enter, ...user, "--", command, ...args] };
  }

  fill(): void {
    const filler = openSync(join(this.outside, "filler"), "a");
    const zeros = Buffer.alloc(FILL_STEP_BYTES);
    try {
      for (let size = zeros.length; size >= 1; ) {
        try {
          writeSync(filler, zeros, 0, size);
        } catch (error) {
          if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
          size = Math.floor(size / 2);
        }
      }
    } finally {
      closeSync(filler);
    }
  }

  free(): void {
    rmSync(join(this.outside, "filler"));
  }

  async moveBack(): Promise<void> {
    const nodeDir = dirname(this.dir);
    moveData(this.outside, nodeDir);
    setDataDir(nodeDir, ".");
    const ended = once(this.holder, "close");
    this.holder.stdin?.end();
    await ended;
    rmSync(this.dir, { recursive: true });
  }
}

class LimitedFiles implements TightDisk {
  readonly how = "files that may not grow (no file system can be mounted here)";
  private readonly limitFile: string;

  constructor(readonly outside: string) {
    this.limitFile = join(outside, "limit");
    this.free();
  }

  wrap(command: string, args: readonly string[]) {
    const script = 'ulimit -S -f "$(cat "$0")"; exec "$@"';
    return { command: "sh", args: ["-c", script, this.limitFile, command, ...args] };
  }

  /** The largest safety record may not grow by a byte; the log, which is told the reason, is smaller or may still. */
  fill({ pid, spec }: ManagedProcess): void {
    const safety = join(this.outside, "safety");
    const records = readdirSync(safety).map((name) => statSync(join(safety, name)).size);
    const bytes = Math.max(...records, statSync(spec.logFile).size + LOG_ROOM_BYTES);
    writeFileSync(this.limitFile, String(Math.ceil(bytes / ULIMIT_UNIT_BYTES)));
    execFileSync("prlimit", ["--pid", String(pid), `--fsize=${bytes}:`]);
  }

  free(): void {
    writeFileSync(this.limitFile, "unlimited");
  }

  async moveBack(): Promise<void> {
    const nodeDir = dirname(this.outside);
    moveData(this.outside, nodeDir);
    setDataDir(nodeDir, ".");
    rmSync(this.outside, { recursive: true });
  }
}
