import { createRequire } from "node:module";
import { join } from "node:path";
import { ManagedProcess, type ProcessExit } from "./managedProcess.js";

const PLATFORMS: Readonly<Record<string, string>> = { linux: "linux", darwin: "darwin", win32: "win32" };
const ARCHITECTURES: Readonly<Record<string, string>> = { x64: "amd64", arm64: "arm64" };

export interface AnvilOptions {
  readonly port: number;
  readonly chainId: number;
  /** Logs, cache and kept state go here. */
  readonly dir: string;
  /** Seconds between blocks; null mines on demand only. anvil finalizes nothing without it. */
  readonly blockTimeSeconds: number | null;
  /** finalized = latest - 2·this. */
  readonly slotsInAnEpoch: number;
  /** Load state from and dump it to `dir`/state.json. */
  readonly keepState: boolean;
}

/** The anvil binary of this platform, from its npm package. */
export function anvilBinary(): string {
  const name = `@foundry-rs/anvil-${PLATFORMS[process.platform]}-${ARCHITECTURES[process.arch]}`;
  const file = process.platform === "win32" ? "anvil.exe" : "anvil";
  return createRequire(import.meta.url).resolve(`${name}/bin/${file}`);
}

/** An L1 process, not started yet. */
export function anvil(
  options: AnvilOptions,
  onUnexpectedExit?: (process: ManagedProcess, exit: ProcessExit) => void,
): ManagedProcess {
  return new ManagedProcess(
    {
      name: "L1 (anvil)",
      command: anvilBinary(),
      args: [
        ...["--port", String(options.port), "--host", "127.0.0.1", "--chain-id", String(options.chainId)],
        ...[
          "--slots-in-an-epoch",
          String(options.slotsInAnEpoch),
          "--cache-path",
          join(options.dir, "cache"),
        ],
        ...(options.blockTimeSeconds === null
          ? ["--no-mining"]
          : ["--block-time", String(options.blockTimeSeconds)]),
        ...(options.keepState
          ? ["--state", join(options.dir, "state.json"), "--preserve-historical-states"]
          : []),
      ],
      logFile: join(options.dir, "anvil.log"),
    },
    onUnexpectedExit,
  );
}
