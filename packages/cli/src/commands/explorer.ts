import { mkdir } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { BridgeError } from "@causeway/bridge/bridgeError";
import { readGenesisHash, requireChainId } from "@causeway/bridge/bridgeSides";
import { httpRpc } from "@causeway/bridge/rpc/httpRpc";
import { CausewayError } from "@causeway/protocol/errors";
import type { Genesis } from "@causeway/protocol/genesis";
import { overrides } from "@causeway/protocol/validatorOverride";
import { Command } from "commander";
import { z } from "zod";
import { consoleLog } from "../consoleLog.js";
import { readGenesis } from "../readGenesis.js";
import { readConfig } from "../readJson.js";
import { untilStopped } from "../untilStopped.js";

/** Paths are relative to the file. */
export const explorerConfigSchema = z.strictObject({
  genesis: z.string().min(1),
  rpcUrl: z.url(),
  l1RpcUrl: z.url().nullable(),
  /** PGlite's directory, unless `databaseUrl` names a PostgreSQL. */
  dataDir: z.string().min(1),
  databaseUrl: z.url().nullable(),
  host: z.string().min(1),
  port: z.number().int().min(0).max(65_535),
});

export type ExplorerConfig = z.infer<typeof explorerConfigSchema>;

export function explorerCommand(): Command {
  return new Command("explorer")
    .description("Index a chain, serve its page, REST API and resumable feed (/feed/v1).")
    .requiredOption("--config <path>", "configuration as written by causeway init (explorer/config.json)")
    .option("--database-url <url>", "PostgreSQL instead of the embedded database")
    .addHelpText(
      "after",
      `
The index is a copy: delete its directory and the explorer reads the chain again.

Example:
  $ causeway explorer --config net/explorer/config.json`,
    )
    .action(async (flags: { config: string; databaseUrl?: string }) => {
      const { startExplorer } = await import("@causeway/explorer/startExplorer");
      const config = await readConfig(flags.config, explorerConfigSchema);
      const base = dirname(resolve(flags.config));
      const genesis = await readGenesis(resolve(base, config.genesis));
      await requireChain(config.rpcUrl, genesis, flags.config);
      const databaseUrl = flags.databaseUrl ?? config.databaseUrl;
      const dataDir = resolve(base, config.dataDir);
      if (databaseUrl === null) await mkdir(dataDir, { recursive: true });
      const explorer = await startExplorer({
        rpcUrl: config.rpcUrl,
        l1RpcUrl: config.l1RpcUrl,
        bridge: genesis.config.causeway.bridge,
        overrides: overrides(genesis.config.causeway),
        ...(databaseUrl === null ? { dataDir } : { databaseUrl }),
        host: config.host,
        port: config.port,
        log: consoleLog("explorer"),
      });
      await untilStopped(() => explorer.close());
    });
}

/** Before an index is made: of another chain than the genesis it would lack its overrides and bridge, or show a strange one. */
async function requireChain(url: string, genesis: Genesis, path: string): Promise<void> {
  const rpc = httpRpc(url);
  try {
    await requireChainId(rpc, genesis.config.chainId);
    await readGenesisHash(rpc, genesis);
  } catch (error) {
    if (!(error instanceof BridgeError)) throw error;
    throw new CausewayError(error.type, `config ${path}: "rpcUrl" ${url}: ${error.message}`, {
      cause: error,
    });
  }
}
