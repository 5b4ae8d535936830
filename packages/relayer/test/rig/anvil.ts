import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** Short blocks keep the tests short; whole seconds of block time still pass at their own pace. */
const BLOCK_SECONDS = 0.25;

/** A running anvil with a folder of its own. */
export interface Anvil {
  readonly url: string;
  stop(): Promise<void>;
}

/** anvil's binary from npm, for the platform this runs on. */
function binaryPath(): string {
  const arch = process.arch === "x64" ? "amd64" : process.arch;
  const suffix = process.platform === "win32" ? ".exe" : "";
  const name = `@foundry-rs/anvil-${process.platform}-${arch}/bin/anvil${suffix}`;
  return createRequire(import.meta.url).resolve(name);
}

/** Start anvil on a free port; resolves when it listens. */
export async function startAnvil(chainId: number, slotsInAnEpoch = 1): Promise<Anvil> {
  const cachePath = await mkdtemp(join(tmpdir(), "causeway-anvil-"));
  const options = {
    port: 0,
    "chain-id": chainId,
    "block-time": BLOCK_SECONDS,
    "slots-in-an-epoch": slotsInAnEpoch,
  };
  const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const child = spawn(binaryPath(), [...args, "--cache-path", cachePath], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const address = await listening(child);
  return {
    url: `http://${address}`,
    async stop() {
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGKILL");
      await ended;
      await rm(cachePath, { recursive: true, force: true });
    },
  };
}

function listening(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    child.once("exit", (code) => reject(new Error(`anvil ended with ${code}`)));
    if (child.stdout === null) return reject(new Error("anvil has no output"));
    createInterface(child.stdout).on("line", (line) => {
      const address = /Listening on (\S+)/.exec(line)?.[1];
      if (address !== undefined) resolve(address);
    });
  });
}
