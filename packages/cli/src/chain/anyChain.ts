import type { ChainReader } from "@causeway/chain/chainReader";
import type { ImportTarget } from "@causeway/chain/import/importBlocks";
import type { Certificate } from "@causeway/protocol/certificate";
import { type EthereumGenesis, isCausewayGenesis } from "@causeway/protocol/ethereumGenesis";
import type { Genesis } from "@causeway/protocol/genesis";
import { consoleLog } from "../consoleLog.js";

/** A chain of either kind, opened for import or export. */
export interface AnyChain {
  readonly reader: ChainReader;
  /**
   * Where imported blocks go.
   * @param certificates of the blocks in their order, without genesis; nothing asks for them on a chain that has none.
   */
  target(certificates: AsyncIterator<Certificate>): ImportTarget;
  close(): Promise<void>;
}

/**
 * What is written becomes durable when the chain is closed; a crash before leaves it at one of its blocks.
 * @throws ChainError "WrongChain", "DatabaseLocked", "DatabaseUnusable", "UnsupportedRules".
 */
export async function openAnyChain(genesis: Genesis | EthereumGenesis, dataDir: string): Promise<AnyChain> {
  const { openForImport } = await import("@causeway/chain/store/database");
  const database = await openForImport(dataDir);
  // What a node has pooled is none of this, and waits for the node.
  const place = { dataDir, log: consoleLog("chain", "warn"), database, journal: null };
  if (isCausewayGenesis(genesis)) {
    const { openChain } = await import("@causeway/chain/openChain");
    const { certifiedTarget } = await import("./certifiedTarget.js");
    const chain = await openChain({ genesis, ...place });
    return {
      reader: chain.reader,
      target: (certificates) => certifiedTarget(chain, genesis, certificates),
      close: () => chain.close(),
    };
  }
  const { openEthereumChain } = await import("@causeway/chain/openEthereumChain");
  const chain = await openEthereumChain({ genesis, ...place });
  return {
    reader: chain.reader,
    target: () => ({ head: () => headOf(chain.reader), import: (block) => chain.import(block) }),
    close: () => chain.close(),
  };
}

export async function headOf(reader: ChainReader) {
  const header = await reader.header(reader.headNumber());
  if (header === null) throw new Error(`the head block ${reader.headNumber()} is missing from the database`);
  return header;
}
