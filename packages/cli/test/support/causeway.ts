import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const BIN = fileURLToPath(new URL("../../../bin/causeway.js", import.meta.url));
/** Milliseconds; every command here ends by itself. */
const TIMEOUT_MS = 60_000;

/** Run the command line as people do. */
export function causeway(args: readonly string[], env: Record<string, string> = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [BIN, ...args], {
    encoding: "utf8",
    timeout: TIMEOUT_MS,
    env: { ...process.env, ...env },
  });
  return { status, stdout, stderr };
}
