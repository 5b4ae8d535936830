import type { Hash } from "@causeway/protocol/hex";
import { isHex } from "@causeway/protocol/hex";
import { Command, InvalidArgumentError } from "commander";
import { readGenesis } from "../readGenesis.js";
import { type ChainFlags, withChainFlags } from "./chainDirectory.js";
import { openFile } from "./openFile.js";
import { stateProgress } from "./progress.js";

interface RestoreFlags extends ChainFlags {
  readonly trust: { readonly height: number; readonly hash: Hash };
}

export function restoreCommand(): Command {
  return withChainFlags(new Command("restore"))
    .description("Start a node's chain from a snapshot instead of from genesis, after checking all of it.")
    .requiredOption(
      "--trust <height:hash>",
      "a block you know to be of the chain from people or nodes you trust: one of the snapshot's last 256, or one after which the validators changed",
      trustedBlock,
    )
    .argument("<file>", "as written by causeway chain snapshot")
    .addHelpText(
      "after",
      `
The data directory must hold no chain. The genesis file vouches for the first validators, each set for the next, the last
for the newest block, and that for the state; --trust for it not being a chain that somebody made with old keys.
The node follows the network from there on. It answers nothing about blocks before the snapshot.

Example:
  $ causeway chain restore --genesis net/genesis.json --datadir net/node-5/chain --trust 1187:0x… snapshot-1187
  {"height":1187,"hash":"0x…"}`,
    )
    .action(async (file: string, { genesis: path, datadir, trust }: RestoreFlags) => {
      const { restoreChain } = await import("@causeway/chain/snapshot/restoreChain");
      const genesis = await readGenesis(path);
      const chunks = await openFile(file);
      const head = await restoreChain({
        genesis,
        dataDir: datadir,
        trust,
        chunks,
        onProgress: stateProgress("restored"),
      });
      process.stdout.write(`${JSON.stringify(head)}\n`);
    });
}

function trustedBlock(value: string) {
  const [height = "", hash = "", ...rest] = value.toLowerCase().split(":");
  if (!/^[0-9]{1,15}$/.test(height) || !isHex(hash, 32) || rest.length > 0)
    throw new InvalidArgumentError("It must be a height, a colon and a block hash: 1187:0x…");
  return { height: Number(height), hash };
}
