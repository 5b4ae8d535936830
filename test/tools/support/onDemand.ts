import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { cp, mkdir, mkdtemp, readFile, rename, rm, stat } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import { promisify } from "node:util";
import { repositoryRoot } from "../../support/repositoryRoot.js";
import { toolCache } from "./toolCache.js";

const run = promisify(execFile);
const INSTALL_TIMEOUT_MS = 600_000;
/** npm's codes for a registry that cannot be reached, or is too busy to answer; anything else is a fault. */
const UNREACHABLE =
  /\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|ERR_SOCKET_TIMEOUT|ENOTCACHED|E429|E5\d\d)\b/;

export type OnDemand = "published" | "node24" | "hardhat";

const asked = new Map<OnDemand, Promise<string | null>>();

/**
 * A folder of test/tools that has packages of its own, too large to install for everybody: copied and installed by its
 * lock file when a test first needs it, and kept.
 * @param node the Node that npm runs under: npm leaves out optional packages that say they need another.
 * @returns the installed copy; null, with a message, when the registry cannot be reached.
 */
export function onDemand(folder: OnDemand, node = process.execPath): Promise<string | null> {
  // npm tries for a minute to reach a registry: once a run is enough.
  const installing = asked.get(folder) ?? install(folder, node);
  asked.set(folder, installing);
  return installing;
}

async function install(folder: OnDemand, node: string): Promise<string | null> {
  const source = join(repositoryRoot, "test/tools", folder);
  const lock = await readFile(join(source, "package-lock.json"));
  const stamp = createHash("sha256").update(lock).update(`${process.platform}-${process.arch}`).digest("hex");
  const installed = join(toolCache(), `${folder}-${stamp.slice(0, 16)}`);
  if (await exists(installed)) return installed;
  await mkdir(toolCache(), { recursive: true });
  const fresh = await mkdtemp(join(toolCache(), `${folder}-new-`));
  try {
    for (const file of ["package.json", "package-lock.json", ".npmrc"])
      await cp(join(source, file), join(fresh, file));
    await npmInstall(fresh, node);
    await rename(fresh, installed);
    return installed;
  } catch (error) {
    await rm(fresh, { recursive: true, force: true });
    if (!unreachable(error)) throw error;
    process.stderr.write(
      `      skipped: packages of test/tools/${folder} cannot be installed, no registry is reached\n`,
    );
    return null;
  }
}

/** Also a registry so slow that npm was ended after its time. */
function unreachable(error: unknown): boolean {
  return (error as { killed?: boolean }).killed === true || UNREACHABLE.test(String(error));
}

async function npmInstall(cwd: string, node: string): Promise<void> {
  // Not `npm ci`, which wants the optional packages of every platform in the lock file; it holds those that could be had.
  const args = ["install", "--no-save", "--ignore-scripts", "--no-audit", "--no-fund"];
  const cli = process.env.npm_execpath;
  const env = { ...process.env, PATH: `${dirname(node)}${delimiter}${process.env.PATH}` };
  const options = { cwd, env, timeout: INSTALL_TIMEOUT_MS };
  await (cli === undefined ? run("npm", args, options) : run(node, [cli, ...args], options));
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
