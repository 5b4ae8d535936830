import type { Hash } from "@causeway/protocol/hex";
import { JsonRpcProvider } from "ethers";

/** genesisHash as a node tells it. */
export async function genesisHashOf(rpcUrl: string, chainId: number): Promise<Hash> {
  const provider = new JsonRpcProvider(rpcUrl, chainId, { staticNetwork: true });
  try {
    const block = await provider.getBlock(0);
    if (block?.hash == null) throw new Error(`${rpcUrl} has no genesis block`);
    return block.hash as Hash;
  } finally {
    provider.destroy();
  }
}
