import type { ChainReader } from "@causeway/chain/chainReader";
import type { Logger } from "@causeway/chain/logger";
import { openChain } from "@causeway/chain/openChain";
import { openEthereumChain } from "@causeway/chain/openEthereumChain";
import { type EthereumGenesis, isCausewayGenesis } from "@causeway/protocol/ethereumGenesis";
import type { Genesis } from "@causeway/protocol/genesis";
import type { RpcLimits } from "@causeway/rpc/limits";
import type { RpcLog } from "@causeway/rpc/log";
import { startRpcServer } from "@causeway/rpc/server/rpcServer";
import type { StatusPort } from "@causeway/rpc/statusPort";

export interface ServeOptions {
  readonly genesis: Genesis | EthereumGenesis;
  readonly dataDir: string;
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Host names besides localhost and plain addresses; "*" allows any. */
  readonly hosts?: readonly string[];
  /** Browser origins that may call; none by default. */
  readonly origins?: readonly string[];
  /** Unix socket to serve on as well. */
  readonly ipcPath?: string | undefined;
  /** Replaces single defaults. */
  readonly limits?: Partial<RpcLimits>;
  readonly log: Logger & RpcLog;
}

export interface ServedChain {
  readonly url: string;
  readonly reader: ChainReader;
  close(): Promise<void>;
}

/**
 * Serve JSON-RPC over a chain that nobody adds to: no consensus, no peers. Its pool checks transactions as any node's
 * does and forgets them at the end; no block ever holds them.
 * @throws ChainError "WrongChain", "DatabaseLocked", "DatabaseUnusable"; RpcServerError "ListenFailed", "IpcFailed".
 */
export async function serveChain(options: ServeOptions): Promise<ServedChain> {
  const { genesis, dataDir, log, ...served } = options;
  const parts = { dataDir, log, journal: null };
  const chain = isCausewayGenesis(genesis)
    ? await openChain({ genesis, ...parts })
    : await openEthereumChain({ genesis, ...parts });
  const { reader, pool } = chain;
  try {
    const status = restingStatus(reader);
    const rpc = await startRpcServer({ ...served, reader, pool, status, log });
    return {
      url: rpc.url,
      reader,
      async close() {
        await rpc.close();
        await chain.close();
      },
    };
  } catch (error) {
    await chain.close();
    throw error;
  }
}

/** The status of a chain at rest: in step with itself, alone, and sound. */
function restingStatus(reader: ChainReader): StatusPort {
  return {
    clientVersion: `Causeway/v0.1.0/${process.platform}-${process.arch}/node${process.versions.node}`,
    minTipWei: 0n,
    coinbase: () => null,
    syncing: () => false,
    listening: () => false,
    peers: () => [],
    halted: () => null,
    refused: () => ({}),
    evidence: () => ({ total: 0, next: null, evidence: [] }),
    rounds: () => null,
    details: () => ({ name: "chain serve", height: reader.headNumber() }),
  };
}
