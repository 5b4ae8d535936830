import type { ActivationKey, EthereumConfig } from "@causeway/protocol/ethereumGenesis";
import type { Header } from "../../types/header.js";
import type { ForkChanges } from "../chainForks.js";
import { type Fork, hasFork } from "../fork.js";
import type { BlobParameters } from "./blobGas.js";

/** What tells a block's fork: its place in the chain, and by its difficulty on which side of the merge it is. */
export type ForkPoint = Pick<Header, "number" | "timestamp" | "difficulty">;

const BLOCK_FORKS = [
  ["homestead", "homesteadBlock"],
  ["tangerineWhistle", "eip150Block"],
  ["spuriousDragon", "eip158Block"],
  ["byzantium", "byzantiumBlock"],
  ["constantinople", "constantinopleBlock"],
  ["petersburg", "petersburgBlock"],
  ["istanbul", "istanbulBlock"],
  ["muirGlacier", "muirGlacierBlock"],
  ["berlin", "berlinBlock"],
  ["london", "londonBlock"],
  ["arrowGlacier", "arrowGlacierBlock"],
  ["grayGlacier", "grayGlacierBlock"],
] as const satisfies readonly (readonly [Fork, ActivationKey])[];
const TIME_FORKS = [
  ["shanghai", "shanghaiTime"],
  ["cancun", "cancunTime"],
  ["prague", "pragueTime"],
  ["osaka", "osakaTime"],
  ["bpo1", "bpo1Time"],
  ["bpo2", "bpo2Time"],
  ["bpo3", "bpo3Time"],
  ["bpo4", "bpo4Time"],
  ["bpo5", "bpo5Time"],
] as const satisfies readonly (readonly [Fork, ActivationKey])[];

/** Mainnet's, for a chain whose config has no `blobSchedule` (EIP-4844, 7691, 7892). */
const DEFAULT_BLOBS: Readonly<Partial<Record<Fork, BlobParameters>>> = {
  cancun: { target: 3, max: 6, baseFeeUpdateFraction: 3_338_477 },
  prague: { target: 6, max: 9, baseFeeUpdateFraction: 5_007_716 },
  bpo1: { target: 10, max: 15, baseFeeUpdateFraction: 8_346_193 },
  bpo2: { target: 14, max: 21, baseFeeUpdateFraction: 11_684_671 },
};

interface Activation {
  readonly fork: Fork;
  readonly at: number;
}

/** Which rules hold where, by a genesis file's `config`, as geth reads it. */
export class ForkSchedule {
  readonly #config: EthereumConfig;
  readonly #blocks: readonly Activation[];
  readonly #times: readonly Activation[];
  /** From which total difficulty on blocks are made without work; null for a chain that never merges. */
  readonly #terminalDifficulty: bigint | null;

  constructor(config: EthereumConfig) {
    this.#config = config;
    // A chain that never names Petersburg never had what it takes back.
    const petersburgBlock = config.petersburgBlock ?? config.constantinopleBlock;
    this.#blocks = activations(BLOCK_FORKS, { ...config, petersburgBlock });
    this.#times = activations(TIME_FORKS, config);
    const { terminalTotalDifficulty, terminalTotalDifficultyPassed } = config;
    // Forks by time, and a merge that is said to be over, mean a chain that began without work.
    const hasMerged = terminalTotalDifficultyPassed === true || this.#times.length > 0;
    this.#terminalDifficulty = terminalTotalDifficulty ?? (hasMerged ? 0n : null);
  }

  /** The fork whose rules a block follows. */
  at({ number, timestamp, difficulty }: ForkPoint): Fork {
    const byBlock = last(this.#blocks, number) ?? "frontier";
    if (difficulty !== 0n || this.#terminalDifficulty === null) return byBlock;
    return last(this.#times, timestamp) ?? "paris";
  }

  /** The fork that block 0 is written by: unlike the merge, what is scheduled for its time counts. */
  atGenesis(timestamp: number): Fork {
    const byBlock = last(this.#blocks, 0) ?? "frontier";
    if (!hasFork(byBlock, "london")) return byBlock;
    return last(this.#times, timestamp) ?? byBlock;
  }

  /** Whether a block on a chain of this total difficulty is made without work (EIP-3675). */
  isPostMerge(totalDifficulty: bigint): boolean {
    return this.#terminalDifficulty !== null && totalDifficulty >= this.#terminalDifficulty;
  }

  /** Since the merge by its height, where that is known, or since Shanghai. */
  isMerged({ number, timestamp }: Pick<ForkPoint, "number" | "timestamp">): boolean {
    const { mergeNetsplitBlock } = this.#config;
    if (this.isPostMerge(0n) || (mergeNetsplitBlock != null && number >= mergeNetsplitBlock)) return true;
    return this.#terminalDifficulty !== null && last(this.#times, timestamp) !== undefined;
  }

  /** Parameters of the newest fork up to `fork` that sets any; null before Cancun. */
  blobs(fork: Fork): BlobParameters | null {
    if (!hasFork(fork, "cancun")) return null;
    const schedule: Readonly<Partial<Record<string, BlobParameters>>> = {
      ...DEFAULT_BLOBS,
      ...this.#config.blobSchedule,
    };
    let found: BlobParameters | null = null;
    for (const [name] of TIME_FORKS) {
      if (hasFork(fork, name)) found = schedule[name] ?? found;
    }
    return found;
  }

  /** Where rules change (EIP-2124). */
  get changes(): ForkChanges {
    const { eip155Block, daoForkBlock, mergeNetsplitBlock } = this.#config;
    const blocks = [...this.#blocks.map(({ at }) => at), eip155Block, daoForkBlock, mergeNetsplitBlock];
    return {
      blocks: ascending(blocks).filter((at) => at > 0),
      times: ascending(this.#times.map(({ at }) => at)),
    };
  }

  /** First block after the DAO, where it is known; `support` tells on which side. */
  get dao(): { readonly block: number; readonly support: boolean } | null {
    const { daoForkBlock, daoForkSupport } = this.#config;
    return daoForkBlock == null ? null : { block: daoForkBlock, support: daoForkSupport === true };
  }
}

function activations(
  forks: readonly (readonly [Fork, ActivationKey])[],
  config: Readonly<Partial<Record<ActivationKey, number | null | undefined>>>,
): Activation[] {
  return forks.flatMap(([fork, key]) => {
    const at = config[key];
    return at == null ? [] : [{ fork, at }];
  });
}

function ascending(places: readonly (number | null | undefined)[]): number[] {
  return [...new Set(places.filter((at) => at != null))].sort((a, b) => a - b);
}

function last(activations: readonly Activation[], place: number): Fork | undefined {
  return activations.findLast(({ at }) => at <= place)?.fork;
}
