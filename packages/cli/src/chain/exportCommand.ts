import { existsSync } from "node:fs";
import { type FileHandle, open, rename, rm } from "node:fs/promises";
import { isCausewayGenesis } from "@causeway/protocol/ethereumGenesis";
import { encodeCertificate } from "@causeway/protocol/wire/certificateCodec";
import { Command } from "commander";
import { integer, usageError } from "../options.js";
import { readAnyGenesis } from "../readGenesis.js";
import { type AnyChain, openAnyChain } from "./anyChain.js";
import { type ChainFlags, requireChain, withChainFlags } from "./chainDirectory.js";
import { progress } from "./progress.js";

interface ExportFlags extends ChainFlags {
  readonly from: number;
  readonly to?: number;
}

const height = integer(0, Number.MAX_SAFE_INTEGER);

export function exportCommand(): Command {
  return withChainFlags(new Command("export"))
    .description("Write blocks to a file, in the form geth imports.")
    .option("--from <height>", "first block", height, 1)
    .option("--to <height>", "last block; the newest unless given", height)
    .argument("<file>", "file to write; it appears when it is whole")
    .addHelpText(
      "after",
      `
Stop the node first. With config.causeway in the genesis the blocks' certificates go to <file>.certs beside it.

Example:
  $ causeway chain export --genesis net/genesis.json --datadir net/node-1/chain blocks.rlp
  {"from":1,"to":1187,"hash":"0x…"}`,
    )
    .action(async (file: string, { genesis: path, datadir, from, to }: ExportFlags) => {
      const genesis = await readAnyGenesis(path);
      requireChain(datadir);
      const files = isCausewayGenesis(genesis) ? [file, `${file}.certs`] : [file];
      for (const name of files) if (existsSync(name)) throw usageError(`${name} exists: give a new file`);
      const chain = await openAnyChain(genesis, datadir);
      try {
        const last = to ?? chain.reader.headNumber();
        if (last > chain.reader.headNumber() || from > last) {
          throw usageError(
            `--from ${from} --to ${last}: must be a range up to the head ${chain.reader.headNumber()}`,
          );
        }
        await writeDrafts(files, (handles) => write(chain, from, last, handles));
        const header = await chain.reader.header(last);
        process.stdout.write(`${JSON.stringify({ from, to: last, hash: header?.hash })}\n`);
      } finally {
        await chain.close();
      }
    });
}

async function write(
  { reader }: AnyChain,
  from: number,
  to: number,
  [blocks, certificates]: readonly FileHandle[],
): Promise<void> {
  const { exportBlocks } = await import("@causeway/chain/export/exportBlocks");
  const report = progress((number: number) => `exported: up to height ${number} of ${to}`);
  for await (const { number, block, certificate } of exportBlocks(reader, from, to)) {
    await blocks?.writeFile(block);
    if (certificate !== null) await certificates?.writeFile(encodeCertificate(certificate));
    report(number);
  }
}

/** Files appear under their names when all of them are whole and durable, the first of them last. */
async function writeDrafts(
  files: readonly string[],
  fill: (handles: readonly FileHandle[]) => Promise<void>,
): Promise<void> {
  const drafts = files.map((file) => `${file}.partial`);
  const handles: FileHandle[] = [];
  try {
    for (const draft of drafts) {
      handles.push(
        await open(draft, "w", 0o644).catch((cause: NodeJS.ErrnoException) => {
          throw usageError(`${draft} cannot be written (${cause.code})`);
        }),
      );
    }
    await fill(handles);
    for (const handle of handles) await handle.sync();
    for (const [i, file] of [...files.entries()].reverse()) await rename(drafts[i] as string, file);
  } finally {
    for (const handle of handles) await handle.close();
    for (const draft of drafts) await rm(draft, { force: true });
  }
}
