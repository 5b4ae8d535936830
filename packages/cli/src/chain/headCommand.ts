import { hasDatabase } from "@causeway/chain/store/databaseLocation";
import { Command } from "commander";
import { usageError } from "../options.js";
import { readAnyGenesis } from "../readGenesis.js";
import { openAnyChain } from "./anyChain.js";
import { chainDirectory, requireChain, requireNodeDirectory } from "./chainDirectory.js";

interface HeadFlags {
  readonly datadir: string;
  readonly genesis?: string;
}

export function headCommand(): Command {
  return new Command("head")
    .description("Print number, hash and state root of the newest block as one JSON line.")
    .requiredOption(
      "--datadir <path>",
      "the node's chain directory (node-<i>/chain), or that of an import",
      chainDirectory,
    )
    .option("--genesis <path>", "genesis file that the chain must begin with")
    .addHelpText(
      "after",
      `
Example:
  $ causeway chain head --datadir net/node-1/chain
  {"number":1187,"hash":"0x…","stateRoot":"0x…"}
A running node holds its directory: ask it by eth_getBlockByNumber instead.`,
    )
    .action(async ({ datadir, genesis: path }: HeadFlags) => {
      const { readHead } = await import("@causeway/chain/store/readHead");
      if (path === undefined) requireChain(datadir);
      else await startChain(path, datadir);
      const found = await readHead(datadir);
      if (found === null) throw usageError(`--datadir ${datadir} holds no chain`);
      if (path !== undefined) await checkGenesis(path, found.genesis.hash);
      const { number, hash, stateRoot } = found.head;
      process.stdout.write(`${JSON.stringify({ number, hash, stateRoot })}\n`);
    });
}

/** A node that never ran stands at its genesis block. */
async function startChain(path: string, datadir: string): Promise<void> {
  requireNodeDirectory(datadir);
  if (hasDatabase(datadir)) return;
  const chain = await openAnyChain(await readAnyGenesis(path), datadir);
  await chain.close();
}

async function checkGenesis(path: string, stored: string): Promise<void> {
  const { anyGenesisBlock } = await import("@causeway/chain/genesis/anyGenesisBlock");
  const { hash } = await anyGenesisBlock(await readAnyGenesis(path));
  if (hash === stored) return;
  throw usageError(
    `--datadir holds the chain with genesis ${stored}, but --genesis ${path} hashes to ${hash}`,
  );
}
