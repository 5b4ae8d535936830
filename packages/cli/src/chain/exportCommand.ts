import { isCausewayGenesis } from "@causeway/protocol/ethereumGenesis";
import { encodeCertificate } from "@causeway/protocol/wire/certificateCodec";
import { Command } from "commander";
import { integer, usageError } from "../options.js";
import { readAnyGenesis } from "../readGenesis.js";
import { type Draft, writeDrafts } from "../writeDrafts.js";
import { type AnyChain, openAnyChain } from "./anyChain.js";
import { type ChainFlags, requireChain, withChainFlags } from "./chainDirectory.js";
import { gzipped, isGzipName } from "./gzip.js";
import { progress } from "./progress.js";

interface ExportFlags extends ChainFlags {
  readonly from?: number;
  readonly to?: number;
}

const height = integer(0, Number.MAX_SAFE_INTEGER);

export function exportCommand(): Command {
  return withChainFlags(new Command("export"))
    .description("Write blocks to a file, in the form geth imports.")
    .option("--from <height>", "first block (default: genesis, or the oldest stored)", height)
    .option("--to <height>", "last block (default: the head)", height)
    .argument("<file>", "output file, written atomically; gzipped where its name ends in .gz")
    .addHelpText(
      "after",
      `
Stop the node first. With config.causeway in the genesis the blocks' certificates go to <file>.certs beside it. As in a file of
geth's, the genesis block comes first; importing, geth and causeway take it from their genesis file and pass over it.

Example:
  $ causeway chain export --genesis net/genesis.json --datadir net/node-1/chain blocks.rlp
  {"from":0,"to":1187,"hash":"0x…"}`,
    )
    .action(async (file: string, { genesis: path, datadir, from, to }: ExportFlags) => {
      const genesis = await readAnyGenesis(path);
      requireChain(datadir);
      const files = isCausewayGenesis(genesis) ? [file, `${file}.certs`] : [file];
      const chain = await openAnyChain(genesis, datadir);
      try {
        const head = chain.reader.headNumber();
        const [first, last] = [from ?? chain.reader.historyStart(), to ?? head];
        if (last > head || first > last) {
          throw usageError(`--from ${first} --to ${last}: must be a range up to the head ${head}`);
        }
        await writeDrafts(files, async (blocks, certificates) => {
          const pieces = exported(chain, first, last, certificates);
          for await (const piece of isGzipName(file) ? gzipped(pieces) : pieces) await blocks?.write(piece);
        });
        const header = await chain.reader.header(last);
        process.stdout.write(`${JSON.stringify({ from: first, to: last, hash: header?.hash })}\n`);
      } finally {
        await chain.close();
      }
    });
}

/** The blocks; their certificates are written on the way. */
async function* exported(
  { reader }: AnyChain,
  from: number,
  to: number,
  certificates: Draft | undefined,
): AsyncGenerator<Uint8Array> {
  const { exportBlocks } = await import("@causeway/chain/export/exportBlocks");
  const report = progress((number: number) => `exported: up to height ${number} of ${to}`);
  for await (const { number, block, certificate } of exportBlocks(reader, from, to)) {
    yield block;
    if (certificate !== null) await certificates?.write(encodeCertificate(certificate));
    report(number);
  }
}
