import type { Hex } from "@causeway/protocol/hex";
import { paramsBlock } from "@ethereumjs/block";
import {
  type ChainConfig,
  type Common,
  type GethGenesis,
  Hardfork,
  parseGethGenesis,
} from "@ethereumjs/common";
import { paramsEVM } from "@ethereumjs/evm";
import { paramsTx } from "@ethereumjs/tx";
import { paramsVM } from "@ethereumjs/vm";
import { chainError } from "../../chainError.js";
import { nativeCrypto } from "../../crypto/nativeCrypto.js";
import type { PrecompileBackends } from "../../crypto/precompileBackends.js";
import { FastCommon } from "./fastCommon.js";

/** The part of a genesis file that fixes the fork rules. */
export interface ForkConfig {
  readonly chainId: number;
  readonly depositContractAddress: Hex;
  readonly blobSchedule: Readonly<Record<string, unknown>>;
}

/**
 * Chain rules for the library. Consensus type stays "pos": with "poa" vm and evm would assume Clique.
 * @throws ChainError "UnsupportedRules" unless Osaka rules hold from genesis (H2).
 */
export function chainCommon(config: ForkConfig, backends: PrecompileBackends): Common {
  const genesis = {
    config,
    nonce: "0x0",
    timestamp: "0x0",
    extraData: "0x",
    gasLimit: "0x0",
    difficulty: "0x0",
    mixHash: "0x",
    coinbase: "0x",
    alloc: {},
  };
  const { hardfork, ...chain } = parseGethGenesis(genesis as unknown as GethGenesis, "causeway");
  const common = makeCommon(chain as unknown as ChainConfig, hardfork ?? Hardfork.Chainstart, backends);
  if (common.hardfork() !== Hardfork.Osaka) {
    throw chainError(
      "UnsupportedRules",
      `genesis: config must activate every fork up to osaka from block 0 and time 0, but its newest fork is ${common.hardfork()} (H2)`,
    );
  }
  return common;
}

/** The library's rules of a chain at one of its forks, with our cryptography. */
export function makeCommon(chain: ChainConfig, hardfork: string, backends: PrecompileBackends): Common {
  const customCrypto = { ...nativeCrypto, kzg: backends.kzg };
  const common = new FastCommon({ chain, hardfork, customCrypto });
  // Copies inherit what was applied, and the library copies Common for every transaction.
  for (const params of [paramsBlock, paramsTx, paramsEVM, paramsVM]) common.updateParams(params);
  return common;
}
