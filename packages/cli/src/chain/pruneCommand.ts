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
      "states to keep, counted from the newest block; on a bridged chain never fewer than those of the last 18 days (B14)",
      integer(1, STATES_MAX),
    )
    .addHelpText(
      "after",
      `
Stop the node first. Blocks, receipts, certificates and validator sets stay; only balances, storage, calls and traces of
older blocks can be asked for no more. It may be interrupted at any time: run it again, or start the node. A node needs the
newest state only. Tools may look some blocks back, and tracing a block takes the state before it: 128 is what others have.

Exits from a bridged chain may need any state of its last 18 days. They stay whatever --keep says, and "raisedBy" then names
the rule, B14; a chain bridged to a devnet's L1 (chain id 31337) ends with it, and --keep is all that counts there.

Example:
  $ causeway chain prune --genesis net/genesis.json --datadir net/node-1/chain --keep 100000
  {"head":250000,"oldestState":150001,"statesKept":100000,"raisedBy":null,"nodesKept":81234,"nodesDeleted":912345,"bytesBefore":…,"bytesAfter":…,"bytesFreed":…}`,
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
      const { head, oldestState, statesKept, raisedBy, bytesBefore, bytesAfter } = report;
      if (raisedBy !== null) {
        process.stderr.write(
          `kept ${statesKept} states, more than --keep ${keep}: exits from a bridged chain may need those of its last 18 days (${raisedBy})\n`,
        );
      }
      process.stderr.write(`states of blocks ${oldestState} to ${head} are kept\n`);
      process.stdout.write(`${JSON.stringify({ ...report, bytesFreed: bytesBefore - bytesAfter })}\n`);
    });
}
