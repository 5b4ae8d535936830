import { type Block, createBlock } from "@ethereumjs/block";
import type { Common } from "@ethereumjs/common";
import type { BlockContext } from "../engine.js";

/** The block object the library's `runTx` and `runCall` read their environment from. */
export function contextBlock(context: BlockContext, common: Common): Block {
  const { number, timestamp, miner, gasLimit, baseFeePerGas, mixHash, parentHash, parentBeaconBlockRoot } =
    context;
  return createBlock(
    {
      header: {
        number,
        timestamp,
        coinbase: miner,
        gasLimit,
        baseFeePerGas,
        mixHash,
        parentHash,
        parentBeaconBlockRoot,
        excessBlobGas: 0n,
        blobGasUsed: 0n,
      },
    },
    { common },
  );
}
