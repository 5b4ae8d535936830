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
      "a block you know to be of the chain from people or nodes you trust, best the snapshot's newest: one of its last 256, or one after which the validators changed",
      trustedBlock,
    )
    .argument("<file>", "as written by causeway chain snapshot")
    .addHelpText(
      "after",
      `
The data directory must hold no chain. The genesis file vouches for the first validators, each set for the next, the last
for the newest block, and that for the state; --trust for it not being a chain that somebody made with old keys, up to
the block it names. Of what lies above, whoever holds enough keys of the validators since could have made another version:
name the snapshot's newest block. An older one is taken with a warning, and genesis says nothing against old keys at all.
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
      if (trust.height < head.height) process.stderr.write(`${belowHead(trust.height, head)}\n`);
    });
}

/** N4: what is not below the trusted block rests on keys alone, and those of old validators may have been sold. */
function belowHead(trusted: number, { height, hash }: { readonly height: number; readonly hash: Hash }) {
  const above = height - trusted;
  return `warning: --trust names block ${trusted}, and the snapshot goes on to block ${height}. Whether the ${above} block${above === 1 ? "" : "s"} above it ${above === 1 ? "is" : "are"} of the chain, only validators' keys vouch for, which may have been lost or sold since (N4). Before you start the node, compare with nodes or people you trust that block ${height} is ${hash}; if it is not, remove the data directory`;
}

function trustedBlock(value: string) {
  const [height = "", hash = "", ...rest] = value.toLowerCase().split(":");
  if (!/^[0-9]{1,15}$/.test(height) || !isHex(hash, 32) || rest.length > 0)
    throw new InvalidArgumentError("It must be a height, a colon and a block hash: 1187:0x…");
  return { height: Number(height), hash };
}
