import { type EthereumGenesis, isCausewayGenesis } from "@causeway/protocol/ethereumGenesis";
import type { Genesis } from "@causeway/protocol/genesis";
import { ethereumGenesisBlock } from "./ethereumGenesisBlock.js";
import { type GenesisBlock, genesisBlock } from "./genesisBlock.js";

/** Block 0 of a genesis file of either kind. */
export function anyGenesisBlock(genesis: Genesis | EthereumGenesis): Promise<GenesisBlock> {
  return isCausewayGenesis(genesis) ? genesisBlock(genesis) : ethereumGenesisBlock(genesis);
}
