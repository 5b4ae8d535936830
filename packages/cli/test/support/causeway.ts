import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const BIN = fileURLToPath(new URL("../../../bin/causeway.js", import.meta.url));
/** Milliseconds; every command here ends by itself. */
const TIMEOUT_MS = 150_000;

/** Run the command line as people do. */
export function causeway(args: readonly string[], env: Record<string, string> = {}) {
  return run(process.execPath, [BIN, ...args], env);
}

/** Run a line that was printed for people to paste into their shell. */
export function pasted(line: string, env: Record<string, string> = {}) {
  return run("sh", ["-c", `causeway() { '${process.execPath}' '${BIN}' "$@"; }\n${line}`], env);
}

function run(command: string, args: readonly string[], env: Record<string, string>) {
  const { status, stdout, stderr } = spawnSync(command, args, {
    encoding: "utf8",
    timeout: TIMEOUT_MS,
    env: { ...process.env, ...env },
  });
  return { status, stdout, stderr };
}
