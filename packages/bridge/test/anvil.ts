import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** A running anvil that mines each transaction at once. */
export interface Anvil {
  readonly url: string;
  stop(): Promise<void>;
}

/** Start anvil on a free port with a folder of its own; resolves when it listens. */
export async function startAnvil(): Promise<Anvil> {
  const arch = process.arch === "x64" ? "amd64" : process.arch;
  const suffix = process.platform === "win32" ? ".exe" : "";
  const name = `@foundry-rs/anvil-${process.platform}-${arch}/bin/anvil${suffix}`;
  const binary = createRequire(import.meta.url).resolve(name);
  const cachePath = await mkdtemp(join(tmpdir(), "causeway-anvil-"));
  const child = spawn(binary, ["--port", "0", "--cache-path", cachePath], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const address = await new Promise<string>((resolve, reject) => {
    child.once("exit", (code) => reject(new Error(`anvil ended with ${code}`)));
    createInterface(child.stdout).on("line", (line) => {
      const listening = /Listening on (\S+)/.exec(line)?.[1];
      if (listening !== undefined) resolve(listening);
    });
  });
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
