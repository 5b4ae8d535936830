// Prunes a chain in a process of its own, to be killed: genesis file, data directory, states to keep. Prints "ready", then
// the report or an error's code as a line of its own.
import { readFile } from "node:fs/promises";
import { parseGenesis } from "@causeway/protocol/genesis";
import { isChainError } from "../../src/chainError.js";
import { pruneChain } from "../../src/prune/pruneChain.js";

const [genesisPath = "", dataDir = "", keep = ""] = process.argv.slice(2);
const genesis = parseGenesis(JSON.parse(await readFile(genesisPath, "utf8")));
process.stdout.write("ready\n");
try {
  const report = await pruneChain({ genesis, dataDir, keep: Number(keep), onProgress() {} });
  process.stdout.write(`${JSON.stringify(report)}\n`);
} catch (error) {
  if (!isChainError(error)) throw error;
  process.stdout.write(`${error.code}\n`);
}
