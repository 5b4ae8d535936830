import { existsSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { hasDatabase } from "@causeway/chain/store/databaseLocation";
import { type Command, InvalidArgumentError } from "commander";
import { usageError } from "../options.js";

/** What every command needs that works on a stopped node's chain. */
export interface ChainFlags {
  readonly genesis: string;
  readonly datadir: string;
}

export function withChainFlags(command: Command): Command {
  return command
    .requiredOption("--genesis <path>", "genesis file")
    .requiredOption("--datadir <path>", "the node's chain directory (node-<i>/chain)", chainDirectory);
}

/** A commander parser for --datadir: taken for its chain's, a node's folder would get a second chain that no node reads. */
export function chainDirectory(value: string): string {
  if (isBelowFile(value)) throw new InvalidArgumentError("It is a file, or below one, and no directory.");
  if (!existsSync(join(value, "config.json"))) return value;
  throw new InvalidArgumentError(`It is a node's folder; its chain is in ${join(value, "chain")}.`);
}

/** Where nothing is, a directory can be made. */
function isBelowFile(path: string): boolean {
  try {
    return !statSync(path).isDirectory();
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ENOTDIR";
  }
}

/** Opening starts a new chain where there is none, which only beside a node's configuration makes sense. */
export function requireNodeDirectory(datadir: string): void {
  if (!existsSync(join(dirname(resolve(datadir)), "config.json"))) requireChain(datadir);
}

export function requireChain(datadir: string): void {
  if (!hasDatabase(datadir))
    throw usageError(`--datadir ${datadir} holds no chain: give node-<i>/chain of a node`);
}
