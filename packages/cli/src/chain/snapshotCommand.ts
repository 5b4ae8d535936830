import { existsSync } from "node:fs";
import { open, rename, rm } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { Command } from "commander";
import { consoleLog } from "../consoleLog.js";
import { usageError } from "../options.js";
import { readGenesis } from "../readGenesis.js";
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
    .requiredOption("--out <path>", "file to write; it appears when it is whole")
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
      const draft = `${out}.partial`;
      let bytes = 0;
      const file = await open(draft, "w", 0o644).catch((cause: NodeJS.ErrnoException) => {
        throw usageError(`--out ${out} cannot be written (${cause.code})`);
      });
      try {
        const { height, hash } = await snapshotChain({
          genesis,
          dataDir: datadir,
          log: consoleLog("chain", "warn"),
          onProgress: stateProgress("written"),
          write: async (piece) => {
            bytes += piece.length;
            await file.writeFile(piece);
          },
        });
        await file.sync();
        await rename(draft, out);
        await syncDirectory(dirname(resolve(out)));
        process.stdout.write(`${JSON.stringify({ height, hash, bytes, trust: `${height}:${hash}` })}\n`);
      } finally {
        await file.close();
        await rm(draft, { force: true });
      }
    });
}

/** The new name is durable, too. */
async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, "r");
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
