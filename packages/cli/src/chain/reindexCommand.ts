import { Command } from "commander";
import { readAnyGenesis } from "../readGenesis.js";
import { type ChainFlags, requireChain, withChainFlags } from "./chainDirectory.js";
import { progress } from "./progress.js";

export function reindexCommand(): Command {
  return withChainFlags(new Command("reindex"))
    .description("Write every index (blocks by number and hash, transactions) anew from the blocks.")
    .addHelpText(
      "after",
      `
Stop the node first. A node that finds an index missing does this by itself when it starts; this command does it also for
what no look at a part of the blocks finds. Interrupted, it goes on where it was. Which transactions an address took part in
only execution tells: export and import into a new directory write that anew.

Example:
  $ causeway chain reindex --genesis net/genesis.json --datadir net/node-1/chain`,
    )
    .action(async ({ genesis: path, datadir }: ChainFlags) => {
      const { reindexChain } = await import("@causeway/chain/store/reindexChain");
      const genesis = await readAnyGenesis(path);
      requireChain(datadir);
      await reindexChain(
        genesis,
        datadir,
        progress((blocksLeft) => `${blocksLeft} blocks left`),
      );
      process.stderr.write("every index is whole\n");
    });
}
