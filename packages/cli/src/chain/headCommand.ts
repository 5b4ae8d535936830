import { Command } from "commander";
import { consoleLog } from "../consoleLog.js";
import { readGenesis } from "../readGenesis.js";
import { type ChainFlags, requireNodeDirectory, withChainFlags } from "./chainDirectory.js";

export function headCommand(): Command {
  return withChainFlags(new Command("head"))
    .description("Print number, hash and state root of the newest block as one JSON line.")
    .addHelpText(
      "after",
      `
Example:
  $ causeway chain head --genesis net/genesis.json --datadir net/node-1/chain
  {"number":1187,"hash":"0x…","stateRoot":"0x…"}
A running node holds its directory: ask it by eth_getBlockByNumber instead.`,
    )
    .action(async ({ genesis: path, datadir }: ChainFlags) => {
      const { openChain } = await import("@causeway/chain/openChain");
      const genesis = await readGenesis(path);
      requireNodeDirectory(datadir);
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
}
