import type { ImportError } from "@causeway/chain/import/importBlocks";
import { isCausewayGenesis } from "@causeway/protocol/ethereumGenesis";
import { Command } from "commander";
import { EXIT } from "../exitCodes.js";
import { readAnyGenesis } from "../readGenesis.js";
import { openAnyChain } from "./anyChain.js";
import { type ChainFlags, withChainFlags } from "./chainDirectory.js";
import { gunzipped, isGzipName } from "./gzip.js";
import { openFile } from "./openFile.js";
import { progress } from "./progress.js";
import { readCertificates } from "./readCertificates.js";

interface ImportFlags extends ChainFlags {
  readonly certs?: string;
}

export function importCommand(): Command {
  return withChainFlags(new Command("import"))
    .description("Check, execute and store the blocks of a file, from the chain's head on.")
    .option("--certs <file>", "the blocks' certificates (default: <file>.certs)")
    .argument(
      "<file>",
      "concatenated RLP blocks, as geth and causeway chain export write them; .gz ones gzipped",
    )
    .addHelpText(
      "after",
      `
The chain begins at the genesis file where the data directory holds none. With config.causeway in the genesis <file>.certs
must hold the blocks' certificates, or what --certs names: a pipe, /dev/stdin too, has nothing beside it. Without it the chain is one of plain Ethereum's rules, from Frontier to Osaka and the
blob parameter forks: whether there was work behind a header is not looked at, all else is.

Prints where the chain stands as one JSON line. Blocks that are there already are passed over, so that an import that was
broken off is given the same file again. At the first block that is refused it ends, exit code 1, with what came before kept:
error names its place in the file, its height and the rule it breaks, and what is wrong with it goes to stderr. The chain never
turns back to another branch.

Example:
  $ causeway chain import --genesis genesis.json --datadir chain blocks.rlp
  {"number":54,"hash":"0x…","stateRoot":"0x…","error":null}
  {"number":41,"hash":"0x…","stateRoot":"0x…","error":{"index":42,"number":42,"rule":"eth.gasLimit"}}`,
    )
    .action(async (file: string, { genesis: path, datadir, certs }: ImportFlags) => {
      const { importBlocks } = await import("@causeway/chain/import/importBlocks");
      const genesis = await readAnyGenesis(path);
      const blocks = await openBlocks(file);
      const certificates = isCausewayGenesis(genesis)
        ? await openBlocks(certs ?? `${file}.certs`)
        : noBytes();
      const chain = await openAnyChain(genesis, datadir);
      try {
        const target = chain.target(readCertificates(certificates));
        const report = await importBlocks(
          blocks,
          target,
          progress(({ blocks, number }) => `imported: ${blocks} blocks of the file, up to height ${number}`),
        );
        process.stdout.write(
          `${JSON.stringify({ ...report, error: report.error && placeOf(report.error) })}\n`,
        );
        if (report.error !== null) {
          process.stderr.write(`causeway: block ${report.error.index} of ${file}: ${report.error.message}\n`);
          process.exitCode = EXIT.failure;
        }
      } finally {
        await chain.close();
      }
    });
}

/** What programs read; the message is for people. */
function placeOf({ index, number, rule }: ImportError) {
  return { index, number, rule };
}

/** As geth does, by the file's name. */
async function openBlocks(file: string): Promise<AsyncIterable<Uint8Array>> {
  const bytes = await openFile(file);
  return isGzipName(file) ? gunzipped(bytes, file) : bytes;
}

async function* noBytes(): AsyncGenerator<Uint8Array> {}
