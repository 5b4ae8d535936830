import pino from "pino";
import { type Explorer, type ExplorerOptions, startExplorer } from "../../src/startExplorer.js";

const POLL_MS = 20;

/** An explorer on a free port that says nothing and polls fast. */
export function startTestExplorer(
  options: { rpcUrl: string; dataDir: string } & Partial<Omit<ExplorerOptions, "databaseUrl">>,
): Promise<Explorer> {
  return startExplorer({
    l1RpcUrl: null,
    bridge: null,
    host: "127.0.0.1",
    port: 0,
    log: pino({ level: "silent" }),
    pollMs: POLL_MS,
    ...options,
  });
}
