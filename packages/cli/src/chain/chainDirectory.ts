import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { hasDatabase } from "@causeway/chain/store/databaseLocation";
import type { Command } from "commander";
import { usageError } from "../options.js";

/** What every command needs that works on a stopped node's chain. */
export interface ChainFlags {
  readonly genesis: string;
  readonly datadir: string;
}

export function withChainFlags(command: Command): Command {
  return command
    .requiredOption("--genesis <path>", "genesis file")
    .requiredOption("--datadir <path>", "the node's chain directory (node-<i>/chain)");
}

/** Opening starts a new chain where there is none, which only beside a node's configuration makes sense. */
export function requireNodeDirectory(datadir: string): void {
  if (!existsSync(join(dirname(resolve(datadir)), "config.json"))) requireChain(datadir);
}

export function requireChain(datadir: string): void {
  if (!hasDatabase(datadir))
    throw usageError(`--datadir ${datadir} holds no chain: give node-<i>/chain of a node`);
}
