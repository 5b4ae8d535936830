import { existsSync } from "node:fs";
import { Command } from "commander";
import { consoleLog } from "../consoleLog.js";
import { usageError } from "../options.js";
import { readGenesis } from "../readGenesis.js";
import { writeDrafts } from "../writeDrafts.js";
import { type ChainFlags, requireChain, withChainFlags } from "./chainDirectory.js";
import { stateProgress } from "./progress.js";

interface SnapshotFlags extends ChainFlags {
  readonly out: string;
}

export function snapshotCommand(): Command {
  return withChainFlags(new Command("snapshot"))
    .description(
      "Write the newest block's state, the last 256 headers and every change of validators to a file.",
    )
    .requiredOption("--out <path>", "output file, written atomically")
    .addHelpText(
      "after",
      `
Stop the node first. What is printed is what whoever restores the file may be told to trust, by other means than the file.

Example:
  $ causeway chain snapshot --genesis net/genesis.json --datadir net/node-1/chain --out snapshot-1187
  {"height":1187,"hash":"0x…","bytes":1048576,"trust":"1187:0x…"}`,
    )
    .action(async ({ genesis: path, datadir, out }: SnapshotFlags) => {
      const { snapshotChain } = await import("@causeway/chain/snapshot/snapshotChain");
      const genesis = await readGenesis(path);
      requireChain(datadir);
      if (existsSync(out)) throw usageError(`--out ${out} exists: give a new file`);
      const written = await writeDrafts([out], async (draft) => {
        const { height, hash } = await snapshotChain({
          genesis,
          dataDir: datadir,
          log: consoleLog("chain", "warn"),
          onProgress: stateProgress("written"),
          write: (piece) => draft.write(piece),
        });
        return { height, hash, bytes: draft.bytes, trust: `${height}:${hash}` };
      });
      process.stdout.write(`${JSON.stringify(written)}\n`);
    });
}
