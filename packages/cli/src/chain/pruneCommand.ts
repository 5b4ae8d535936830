import { Command } from "commander";
import { integer } from "../options.js";
import { readAnyGenesis } from "../readGenesis.js";
import { type ChainFlags, requireChain, withChainFlags } from "./chainDirectory.js";
import { formatPruneProgress } from "./formatPruneProgress.js";
import { progress } from "./progress.js";

/** 63 years of a block a second. */
const STATES_MAX = 2_000_000_000;

interface PruneFlags extends ChainFlags {
  readonly keep: number;
}

export function pruneCommand(): Command {
  return withChainFlags(new Command("prune"))
    .description("Delete the states of all but the newest blocks, and give their space back.")
    .requiredOption(
      "--keep <states>",
      "states to keep, counted from the newest block; at least 128, and on a bridged chain all of the last 18 days (B14)",
      integer(1, STATES_MAX),
    )
    .addHelpText(
      "after",
      `
Stop the node first. Blocks, receipts, certificates and validator sets stay; only balances, storage, calls and traces of
older blocks can be asked for no more. It may be interrupted at any time: run it again, or start the node.

Example:
  $ causeway chain prune --genesis net/genesis.json --datadir net/node-1/chain --keep 100000
  {"head":250000,"oldestState":150001,"statesKept":100000,"nodesKept":81234,"nodesDeleted":912345,"bytesBefore":…,"bytesAfter":…,"bytesFreed":…}`,
    )
    .action(async ({ genesis: path, datadir, keep }: PruneFlags) => {
      const { pruneChain } = await import("@causeway/chain/prune/pruneChain");
      const genesis = await readAnyGenesis(path);
      requireChain(datadir);
      const report = await pruneChain({
        genesis,
        dataDir: datadir,
        keep,
        onProgress: progress(formatPruneProgress),
      });
      const { head, oldestState, statesKept, bytesBefore, bytesAfter } = report;
      if (statesKept > keep && oldestState > 0) {
        process.stderr.write(
          `kept ${statesKept} states instead of --keep ${keep}: exits may need them (B14), or tools look so far back\n`,
        );
      }
      process.stderr.write(`states of blocks ${oldestState} to ${head} are kept\n`);
      process.stdout.write(`${JSON.stringify({ ...report, bytesFreed: bytesBefore - bytesAfter })}\n`);
    });
}
