import type { CausewayConfig } from "@causeway/protocol/genesis";
import type { Address } from "@causeway/protocol/hex";
import type { BlockContext } from "../engine/engine.js";
import { nextBaseFee } from "../rules/baseFee.js";
import { mixHash } from "../rules/causeway/mixHash.js";
import { nextGasLimit } from "../rules/gasLimits.js";
import type { CausewayHeader } from "../types/header.js";

/** A block's context on a Causeway chain. */
export type CausewayContext = Pick<CausewayHeader, keyof BlockContext & keyof CausewayHeader>;

/** What rules H1 leave open for a child of `parent`: who proposes it, and when. */
export function childContext(
  parent: CausewayHeader,
  spec: CausewayConfig,
  coinbase: Address,
  timestamp: number,
): CausewayContext {
  return {
    number: parent.number + 1,
    timestamp,
    miner: coinbase,
    difficulty: 0n,
    gasLimit: nextGasLimit(parent.gasLimit, BigInt(spec.gasLimitTarget)),
    baseFeePerGas: nextBaseFee(parent),
    excessBlobGas: 0n,
    mixHash: mixHash(parent.hash, coinbase),
    parentHash: parent.hash,
    parentBeaconBlockRoot: parent.hash,
  };
}
