import { type Block, createBlock } from "@ethereumjs/block";
import type { Common } from "@ethereumjs/common";
import type { BlockContext } from "../engine.js";

/**
 * The block object the library's `runTx` and `runCall` read their environment from.
 * @param context `wideNumber` is a height that only a call's overrides can name.
 */
export function contextBlock(
  context: BlockContext & { readonly wideNumber?: bigint },
  common: Common,
): Block {
  const { number, wideNumber, timestamp, wideTimestamp, miner, gasLimit, difficulty, mixHash, parentHash } =
    context;
  const { baseFeePerGas, excessBlobGas, parentBeaconBlockRoot } = context;
  return createBlock(
    {
      header: {
        number: wideNumber ?? number,
        timestamp: wideTimestamp ?? timestamp,
        coinbase: miner,
        gasLimit,
        difficulty,
        mixHash,
        parentHash,
        ...(baseFeePerGas === null ? {} : { baseFeePerGas }),
        ...(excessBlobGas === null ? {} : { excessBlobGas }),
        ...(parentBeaconBlockRoot === null ? {} : { parentBeaconBlockRoot }),
      },
    },
    // Callers that override the blob fee replace the header's own answer.
    { common, freeze: false },
  );
}
