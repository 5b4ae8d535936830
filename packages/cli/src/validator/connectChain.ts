import { BridgeError } from "@causeway/bridge/bridgeError";
import { requireChainId } from "@causeway/bridge/bridgeSides";
import { httpRpc } from "@causeway/bridge/rpc/httpRpc";
import type { RpcReader } from "@causeway/bridge/rpc/rpcReader";
import { readHeader } from "@causeway/bridge/sidechain/readHeader";
import { CausewayError } from "@causeway/protocol/errors";
import type { Hash } from "@causeway/protocol/hex";
import type { OpenedNode } from "./openNode.js";

/**
 * A chain by its RPC, after making sure that it is this node's: a key must not sign for another chain by mistake.
 * @throws {BridgeError} what the node at `url` does not answer; CausewayError "WrongChain".
 */
export async function connectChain(
  url: string,
  { genesis, genesisHash, path }: Pick<OpenedNode, "genesis" | "genesisHash" | "path">,
): Promise<RpcReader> {
  const rpc = httpRpc(url);
  await requireChainId(rpc, genesis.config.chainId).catch((error) => {
    if (!(error instanceof BridgeError) || error.code !== "WrongChain") throw error;
    throw new CausewayError(error.type, `--rpc ${url} and --config ${path}: ${error.message}`, {
      cause: error,
    });
  });
  const served: Hash = (await readHeader(rpc, 0)).hash;
  if (served === genesisHash) return rpc;
  throw new CausewayError(
    { code: "WrongChain" },
    `--rpc ${url} serves the chain of genesis ${served}, the genesis of --config ${path} is ${genesisHash} (H0): give a node of the same chain`,
  );
}
