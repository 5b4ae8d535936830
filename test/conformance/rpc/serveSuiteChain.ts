import { createReadStream } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { importBlocks } from "@causeway/chain/import/importBlocks";
import { openEthereumChain } from "@causeway/chain/openEthereumChain";
import { type ServedChain, serveChain } from "@causeway/cli/chain/serveChain";
import { type EthereumGenesis, parseEthereumGenesis } from "@causeway/protocol/ethereumGenesis";

const SILENT = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** What the suite's headfcu.json makes head, safe and finalized. */
interface ForkChoice {
  readonly params: readonly [
    { readonly headBlockHash: string; readonly safeBlockHash: string; readonly finalizedBlockHash: string },
    null,
  ];
}

/**
 * Import the suite's chain into a fresh data directory by our own path, and serve it from there by our own server.
 * @throws Error when a block is refused, or the head is not the one that the suite means.
 */
export async function serveSuiteChain(suite: string): Promise<ServedChain> {
  const dataDir = await mkdtemp(join(tmpdir(), "causeway-rpc-compat-"));
  try {
    const genesis = parseEthereumGenesis(JSON.parse(await readFile(join(suite, "genesis.json"), "utf8")));
    await importChain(suite, genesis, dataDir);
    const served = await serveChain({ genesis, dataDir, host: "127.0.0.1", port: 0, log: SILENT });
    const close = async () => {
      await served.close();
      await rm(dataDir, { recursive: true, force: true });
    };
    return { ...served, close };
  } catch (error) {
    await rm(dataDir, { recursive: true, force: true });
    throw error;
  }
}

async function importChain(suite: string, genesis: EthereumGenesis, dataDir: string): Promise<void> {
  const chain = await openEthereumChain({ genesis, dataDir, log: SILENT, journal: null });
  try {
    const blocks = createReadStream(join(suite, "chain.rlp"));
    const head = async () => {
      const header = await chain.reader.header(chain.reader.headNumber());
      if (header === null) throw new Error("the imported chain has no head");
      return header;
    };
    const { hash, error } = await importBlocks(blocks, { import: (block) => chain.import(block), head });
    if (error !== null) throw new Error(`chain.rlp: block ${error.number}: ${error.rule}: ${error.message}`);
    const forkChoice = JSON.parse(await readFile(join(suite, "headfcu.json"), "utf8")) as ForkChoice;
    const { headBlockHash, safeBlockHash, finalizedBlockHash } = forkChoice.params[0];
    for (const wanted of [headBlockHash, safeBlockHash, finalizedBlockHash]) {
      if (wanted !== hash) throw new Error(`chain.rlp ends at ${hash}, headfcu.json means ${wanted}`);
    }
  } finally {
    await chain.close();
  }
}
