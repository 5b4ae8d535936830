import type { CausewayConfig } from "@causeway/protocol/genesis";
import type { Address } from "@causeway/protocol/hex";
import type { Header } from "../chainReader.js";
import type { BlockContext } from "../engine/engine.js";
import { nextBaseFee } from "../rules/baseFee.js";
import { nextGasLimit } from "../rules/gasLimits.js";
import { mixHash } from "../rules/mixHash.js";

/** What rules H1 leave open for a child of `parent`: who proposes it, and when. */
export function childContext(
  parent: Header,
  spec: CausewayConfig,
  coinbase: Address,
  timestamp: number,
): BlockContext {
  return {
    number: parent.number + 1,
    timestamp,
    miner: coinbase,
    gasLimit: nextGasLimit(parent.gasLimit, BigInt(spec.gasLimitTarget)),
    baseFeePerGas: nextBaseFee(parent),
    mixHash: mixHash(parent.hash, coinbase),
    parentHash: parent.hash,
    parentBeaconBlockRoot: parent.hash,
  };
}
