import { type EthereumGenesis, isCausewayGenesis } from "@causeway/protocol/ethereumGenesis";
import type { Genesis } from "@causeway/protocol/genesis";
import { type ChainConfig, type Common, Hardfork } from "@ethereumjs/common";
import type { PrecompileBackends } from "../../crypto/precompileBackends.js";
import { GAS_PER_BLOB } from "../../rules/ethereum/blobGas.js";
import { type ForkPoint, ForkSchedule } from "../../rules/ethereum/forkSchedule.js";
import { type Fork, hasFork } from "../../rules/fork.js";
import { chainCommon, makeCommon } from "./chainCommon.js";

/** The library's rules for a block. */
export type ForkCommons = (block: ForkPoint) => Common;

/** The library's names of the forks, oldest first. */
const HARDFORKS: readonly (readonly [Fork, Hardfork])[] = [
  ["frontier", Hardfork.Chainstart],
  ["homestead", Hardfork.Homestead],
  ["tangerineWhistle", Hardfork.TangerineWhistle],
  ["spuriousDragon", Hardfork.SpuriousDragon],
  ["byzantium", Hardfork.Byzantium],
  ["constantinople", Hardfork.Constantinople],
  ["petersburg", Hardfork.Petersburg],
  ["istanbul", Hardfork.Istanbul],
  ["muirGlacier", Hardfork.MuirGlacier],
  ["berlin", Hardfork.Berlin],
  ["london", Hardfork.London],
  ["arrowGlacier", Hardfork.ArrowGlacier],
  ["grayGlacier", Hardfork.GrayGlacier],
  ["paris", Hardfork.Paris],
  ["shanghai", Hardfork.Shanghai],
  ["cancun", Hardfork.Cancun],
  ["prague", Hardfork.Prague],
  ["osaka", Hardfork.Osaka],
];

/** Which of our forks the library's rules are of; those that only change blob parameters count as Osaka. */
export function forkOf(common: Common): Fork {
  const hardfork = common.hardfork();
  const found = HARDFORKS.find(([, name]) => name === hardfork);
  if (found === undefined) throw new Error(`the library's hardfork ${hardfork} has no name here`);
  return found[0];
}

/** @throws ChainError "UnsupportedRules" for a chain of Causeway's that is not of Osaka from genesis (H2). */
export function forkCommons(genesis: Genesis | EthereumGenesis, backends: PrecompileBackends): ForkCommons {
  if (isCausewayGenesis(genesis)) {
    const common = chainCommon(genesis.config, backends);
    return () => common;
  }
  const { config } = genesis;
  const schedule = new ForkSchedule(config);
  const commons = new Map<Fork, Common>();
  return (block) => {
    const fork = schedule.at(block);
    const known = commons.get(fork);
    if (known !== undefined) return known;
    const made = ethereumCommon(config.chainId, fork, schedule, backends);
    commons.set(fork, made);
    return made;
  };
}

/** Rules of one fork for good: which block it is of, the library is never asked. */
function ethereumCommon(
  chainId: number,
  fork: Fork,
  schedule: ForkSchedule,
  backends: PrecompileBackends,
): Common {
  const hardfork = HARDFORKS.findLast(([name]) => hasFork(fork, name))?.[1] ?? Hardfork.Chainstart;
  const chain = {
    name: "ethereum",
    chainId,
    genesis: { gasLimit: 0, difficulty: 0, nonce: "0x", extraData: "0x" },
    hardforks: HARDFORKS.map(([, name]) => ({ name, block: 0 })),
    bootstrapNodes: [],
    consensus: { type: "pow", algorithm: "ethash", ethash: {} },
  };
  const common = makeCommon(chain as unknown as ChainConfig, hardfork, backends);
  const blobs = schedule.blobs(fork);
  if (blobs !== null) {
    common.updateParams({
      [hardfork]: {
        targetBlobGasPerBlock: Number(GAS_PER_BLOB) * blobs.target,
        maxBlobGasPerBlock: Number(GAS_PER_BLOB) * blobs.max,
        blobGasPriceUpdateFraction: blobs.baseFeeUpdateFraction,
      },
    });
  }
  return common;
}
