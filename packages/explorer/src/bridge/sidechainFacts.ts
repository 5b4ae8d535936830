import type { BridgeConfig } from "@causeway/protocol/genesis";
import { toNumber } from "../indexer/chainTypes.js";
import type { FetchedBlock } from "../indexer/fetchBlock.js";
import type { BlockSink } from "../indexer/writeBlocks.js";
import type { BridgeFact } from "./bridgeFact.js";
import { decodeFact, sidechainSide } from "./decodeFact.js";
import { writeFacts } from "./writeFacts.js";

/** Writes the bridge's side of each sidechain block, in that block's SQL transaction. */
export function sidechainFacts(bridge: BridgeConfig): BlockSink {
  const side = sidechainSide(bridge);
  return async (queries, emit, fetched) => {
    const facts = factsOf(fetched, side);
    const block = { n: toNumber(fetched.block.number), h: fetched.block.hash };
    await writeFacts(queries, emit, { facts, block, replaceProvisional: false });
  };
}

function factsOf({ block, receipts }: FetchedBlock, side: ReturnType<typeof sidechainSide>): BridgeFact[] {
  const at = {
    blockNumber: toNumber(block.number),
    timestamp: toNumber(block.timestamp),
    final: true,
  };
  return receipts.flatMap(({ logs, transactionHash }) =>
    logs.flatMap(({ address, topics, data }) => {
      const step = { txHash: transactionHash, ...at };
      const fact = decodeFact({ address, topics, data, blockHash: block.hash, step }, side);
      return fact === null ? [] : [fact];
    }),
  );
}
