import type { Address } from "@causeway/protocol/hex";
import type { Header } from "../../types/header.js";
import { type Fork, hasFork } from "../fork.js";

const WEI_PER_ETHER = 10n ** 18n;
/** An ommer earns an eighth less for every block it is behind. */
const OMMER_PARTS = 8n;
/** What a block earns for each ommer it names: 1/32 of its own reward. */
const NEPHEW_PARTS = 32n;

export interface Reward {
  readonly recipient: Address;
  /** Wei. */
  readonly amount: bigint;
}

/** What a block made by work pays its miner and those of its ommers (Yellow Paper 11.3, EIP-649, 1234), ommers first. */
export function blockRewards(
  { number, miner }: Pick<Header, "number" | "miner">,
  ommers: readonly Pick<Header, "number" | "miner">[],
  fork: Fork,
): Reward[] {
  if (hasFork(fork, "paris")) return [];
  const ether = hasFork(fork, "constantinople") ? 2n : hasFork(fork, "byzantium") ? 3n : 5n;
  const reward = ether * WEI_PER_ETHER;
  return [
    ...ommers.map((ommer) => ({
      recipient: ommer.miner,
      amount: (reward * (OMMER_PARTS - BigInt(number - ommer.number))) / OMMER_PARTS,
    })),
    { recipient: miner, amount: reward + (reward / NEPHEW_PARTS) * BigInt(ommers.length) },
  ];
}
