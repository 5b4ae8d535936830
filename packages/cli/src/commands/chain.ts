import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { Command } from "commander";
import { consoleLog } from "../consoleLog.js";
import { usageError } from "../options.js";
import { readGenesis } from "../readGenesis.js";

export function chainCommand(): Command {
  const command = new Command("chain").description("Look at a node's chain while the node is stopped.");
  command
    .command("head")
    .description("Print number, hash and state root of the newest block as one JSON line.")
    .requiredOption("--genesis <path>", "genesis file")
    .requiredOption("--datadir <path>", "the node's chain directory (node-<i>/chain)")
    .addHelpText(
      "after",
      `
Example:
  $ causeway chain head --genesis net/genesis.json --datadir net/node-1/chain
  {"number":1187,"hash":"0x…","stateRoot":"0x…"}
A running node holds its directory: ask it by eth_getBlockByNumber instead.`,
    )
    .action(async ({ genesis: path, datadir }: { genesis: string; datadir: string }) => {
      const { openChain } = await import("@causeway/chain/openChain");
      const genesis = await readGenesis(path);
      // Opening starts a new chain where there is none, which only beside a node's configuration makes sense.
      if (
        !existsSync(join(datadir, "chain")) &&
        !existsSync(join(dirname(resolve(datadir)), "config.json"))
      ) {
        throw usageError(`--datadir ${datadir} holds no chain: give node-<i>/chain of a node`);
      }
      const chain = await openChain({ genesis, dataDir: datadir, log: consoleLog("chain", "error") });
      try {
        const header = await chain.reader.header(chain.reader.headNumber());
        process.stdout.write(
          `${JSON.stringify({ number: header?.number, hash: header?.hash, stateRoot: header?.stateRoot })}\n`,
        );
      } finally {
        await chain.close();
      }
    });
  return command;
}
