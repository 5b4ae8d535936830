import { openChain } from "@causeway/chain/openChain";
import { Command } from "commander";
import { consoleLog } from "../consoleLog.js";
import { readGenesis } from "../readGenesis.js";

export function chainCommand(): Command {
  const command = new Command("chain").description("Look at a node's chain while the node is stopped.");
  command
    .command("head")
    .description("Print number, hash and state root of the newest block as one JSON line.")
    .requiredOption("--genesis <path>", "genesis file")
    .requiredOption("--datadir <path>", "the node's chain directory (node-<i>/chain)")
    .action(async ({ genesis, datadir }: { genesis: string; datadir: string }) => {
      const chain = await openChain({
        genesis: await readGenesis(genesis),
        dataDir: datadir,
        log: consoleLog("chain", "warn"),
      });
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
