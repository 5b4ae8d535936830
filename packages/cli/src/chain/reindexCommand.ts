import { Command } from "commander";
import { readAnyGenesis } from "../readGenesis.js";
import { type ChainFlags, requireChain, withChainFlags } from "./chainDirectory.js";
import { progress } from "./progress.js";

interface ReindexFlags extends ChainFlags {
  readonly addresses?: boolean;
}

export function reindexCommand(): Command {
  return withChainFlags(new Command("reindex"))
    .option("--addresses", "also which transactions each address took part in: every block is executed again")
    .description("Write every index (blocks by number and hash, transactions) anew from the blocks.")
    .addHelpText(
      "after",
      `
Stop the node first. A node that finds an index missing does this by itself when it starts; this command does it also for
what no look at a part of the blocks finds. Interrupted, it goes on where it was. Which transactions an address took part in
only execution tells: --addresses takes about as long as importing the chain, and interrupted it begins anew.

Example:
  $ causeway chain reindex --genesis net/genesis.json --datadir net/node-1/chain`,
    )
    .action(async ({ genesis: path, datadir, addresses }: ReindexFlags) => {
      const { reindexChain } = await import("@causeway/chain/reindex/reindexChain");
      const genesis = await readAnyGenesis(path);
      requireChain(datadir);
      const report = progress((blocksLeft) => `${blocksLeft} blocks left`);
      await reindexChain(genesis, datadir, report);
      if (addresses === true) {
        const { reindexAddresses } = await import("@causeway/chain/reindex/reindexAddresses");
        await reindexAddresses(genesis, datadir, report);
      }
      process.stderr.write(
        addresses === true ? "every index is whole\n" : "every index but that of addresses is whole\n",
      );
    });
}
