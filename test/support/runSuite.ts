import { spawn } from "node:child_process";

export interface SuiteBounds {
  /** A suite that takes longer is stuck: something it left behind keeps it from ending. */
  readonly msMax: number;
  /**
   * For a suite of as many tests as somebody asks for, each with a bound of its own: what its runner says once all of them
   * ran. Only from there on does time count.
   */
  readonly from?: RegExp;
}

export interface SuiteRunOptions extends SuiteBounds {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** Whether to print what the suite prints as it comes. */
  readonly live: boolean;
}

/** Run a suite's process to its end, or to the end of its time. @returns exit code, 1 without one, and all it printed. */
export function runSuite(
  args: readonly string[],
  { msMax, from, cwd, env, live }: SuiteRunOptions,
): Promise<{ code: number; output: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    /** The last that was printed, from the beginning of its line. */
    let line = "";
    let timer: NodeJS.Timeout | undefined;
    const start = () => {
      timer = setTimeout(() => {
        output += `\nended after ${msMax / 60_000} minutes: something keeps it running\n`;
        child.kill("SIGKILL");
      }, msMax);
    };
    if (from === undefined) start();
    for (const [stream, sink] of [
      [child.stdout, process.stdout],
      [child.stderr, process.stderr],
    ] as const) {
      stream.on("data", (chunk) => {
        // Colour codes would hide the counts from who reads them; the child is told there is no terminal.
        output += chunk;
        if (live) sink.write(chunk);
        line += chunk;
        if (timer === undefined && from?.test(line)) start();
        line = line.slice(line.lastIndexOf("\n") + 1);
      });
    }
    child.on("close", (code) => {
      clearTimeout(timer);
      resolve({ code: code ?? 1, output });
    });
  });
}
