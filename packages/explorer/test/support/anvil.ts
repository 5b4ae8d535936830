import { type ChildProcess, spawn } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";
import { JsonRpcProvider } from "ethers";
import { tempDir } from "./tempDir.js";

export interface Anvil {
  readonly url: string;
  readonly provider: JsonRpcProvider;
  /** Mine blocks at once; the newest two are not final (`--slots-in-an-epoch 1`). */
  mine(blocks: number): Promise<void>;
  close(): Promise<void>;
}

const require = createRequire(import.meta.url);
const BINARY = join(require.resolve("@foundry-rs/anvil-linux-amd64/package.json"), "../bin/anvil");

/** A real Ethereum node that mines only when asked. */
export async function startAnvil(): Promise<Anvil> {
  const cache = await tempDir();
  const child = spawn(
    BINARY,
    ["--port", "0", "--no-mining", "--slots-in-an-epoch", "1", "--cache-path", cache.path],
    { stdio: ["ignore", "pipe", "ignore"] },
  );
  const url = `http://127.0.0.1:${await listeningPort(child)}`;
  const provider = new JsonRpcProvider(url, undefined, { staticNetwork: true, cacheTimeout: -1 });
  return {
    url,
    provider,
    mine: async (blocks) => {
      await provider.send("anvil_mine", [blocks]);
    },
    async close() {
      provider.destroy();
      const exited = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGKILL");
      await exited;
      await cache.remove();
    },
  };
}

function listeningPort(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    let text = "";
    child.stdout?.on("data", (chunk: Buffer) => {
      text += chunk.toString();
      const match = /Listening on [^:]+:(\d+)/.exec(text);
      if (match !== null) resolve(Number(match[1]));
    });
    child.once("exit", (code) => reject(new Error(`anvil ended with ${code}: ${text}`)));
  });
}
