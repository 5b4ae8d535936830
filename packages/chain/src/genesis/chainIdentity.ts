import { type EthereumGenesis, isCausewayGenesis } from "@causeway/protocol/ethereumGenesis";
import type { Genesis } from "@causeway/protocol/genesis";
import type { Hash } from "@causeway/protocol/hex";
import { anyGenesisBlock } from "./anyGenesisBlock.js";

/** The chain that a genesis file begins. */
export interface ChainIdentity {
  readonly genesisHash: Hash;
  /** Whether the file has `config.causeway`, which the hash does not tell: without it nobody asks for certificates (H). */
  readonly isCauseway: boolean;
}

export async function chainIdentity(genesis: Genesis | EthereumGenesis): Promise<ChainIdentity> {
  const { hash } = await anyGenesisBlock(genesis);
  return { genesisHash: hash, isCauseway: isCausewayGenesis(genesis) };
}
