import { spawn } from "node:child_process";
import { CAUSEWAY } from "./testCluster.js";

/** A command of a test ends by itself; beyond this it hangs. */
const COMMAND_TIMEOUT_MS = 180_000;

export interface CommandResult {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Run one `causeway` command to its end, whatever its exit code, beside others. */
export function runCauseway(...args: readonly string[]): Promise<CommandResult> {
  const child = spawn(process.execPath, [CAUSEWAY, ...args], {
    stdio: ["ignore", "pipe", "pipe"],
    timeout: COMMAND_TIMEOUT_MS,
  });
  const output = { stdout: "", stderr: "" };
  child.stdout.on("data", (chunk) => {
    output.stdout += chunk;
  });
  child.stderr.on("data", (chunk) => {
    output.stderr += chunk;
  });
  return new Promise((resolve) => child.once("close", (status) => resolve({ status, ...output })));
}
