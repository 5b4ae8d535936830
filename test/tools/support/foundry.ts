import { execFile } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";
import { promisify } from "node:util";
import { repositoryRoot } from "../../support/repositoryRoot.js";

const run = promisify(execFile);
/** A bound on waiting for a busy machine. */
const COMMAND_TIMEOUT_MS = 300_000;
const OUTPUT_BYTES_MAX = 64 * 1024 * 1024;

/** Run cast as its npm package ships it. @returns its stdout, trimmed. @throws with its stderr when it fails. */
export async function cast(...args: readonly string[]): Promise<string> {
  return foundry("cast", args);
}

/** Run forge in a project. */
export async function forge(root: string, ...args: readonly string[]): Promise<string> {
  return foundry("forge", args, root);
}

async function foundry(tool: "cast" | "forge", args: readonly string[], cwd?: string): Promise<string> {
  const platform = `${process.platform}-${process.arch === "x64" ? "amd64" : process.arch}`;
  const binary = createRequire(import.meta.url).resolve(`@foundry-rs/${tool}-${platform}/bin/${tool}`);
  const { stdout } = await run(binary, args, {
    ...(cwd === undefined ? {} : { cwd }),
    timeout: COMMAND_TIMEOUT_MS,
    maxBuffer: OUTPUT_BYTES_MAX,
    // The compiler's wrapper finds solc from npm.
    env: {
      ...process.env,
      NODE_PATH: join(repositoryRoot, "node_modules"),
      FOUNDRY_DISABLE_NIGHTLY_WARNING: "1",
    },
  });
  return stdout.trim();
}
