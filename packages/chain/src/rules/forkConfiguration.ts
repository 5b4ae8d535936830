import type { Address, Hex } from "@causeway/protocol/hex";
import { SYSTEM_CONTRACTS } from "@causeway/protocol/predeploys";
import type { Header } from "../types/header.js";
import type { ChainForks } from "./chainForks.js";
import type { BlobParameters } from "./ethereum/blobGas.js";
import { type Fork, hasFork } from "./fork.js";
import { forkId } from "./forkId.js";

/** What holds from one fork on (EIP-7910). */
export interface ForkConfiguration {
  /** Seconds; 0 for what holds from genesis. */
  readonly activationTime: number;
  /** null before Cancun. */
  readonly blobSchedule: BlobParameters | null;
  /** FORK_HASH of EIP-2124. */
  readonly forkId: Hex;
  readonly precompiles: ReadonlyMap<string, Address>;
  readonly systemContracts: ReadonlyMap<string, Address>;
}

export interface ForkConfigurations {
  readonly current: ForkConfiguration;
  /** The next that is scheduled, and the last; null where nothing is. */
  readonly next: ForkConfiguration | null;
  readonly last: ForkConfiguration | null;
}

/** Names of EIP-7910, with the fork that brought each, in order of their addresses. */
const PRECOMPILES: readonly (readonly [name: string, address: number, since: Fork])[] = [
  ["ECREC", 0x01, "frontier"],
  ["SHA256", 0x02, "frontier"],
  ["RIPEMD160", 0x03, "frontier"],
  ["ID", 0x04, "frontier"],
  ["MODEXP", 0x05, "byzantium"],
  ["BN254_ADD", 0x06, "byzantium"],
  ["BN254_MUL", 0x07, "byzantium"],
  ["BN254_PAIRING", 0x08, "byzantium"],
  ["BLAKE2F", 0x09, "istanbul"],
  ["KZG_POINT_EVALUATION", 0x0a, "cancun"],
  ["BLS12_G1ADD", 0x0b, "prague"],
  ["BLS12_G1MSM", 0x0c, "prague"],
  ["BLS12_G2ADD", 0x0d, "prague"],
  ["BLS12_G2MSM", 0x0e, "prague"],
  ["BLS12_PAIRING_CHECK", 0x0f, "prague"],
  ["BLS12_MAP_FP_TO_G1", 0x10, "prague"],
  ["BLS12_MAP_FP2_TO_G2", 0x11, "prague"],
  ["P256VERIFY", 0x100, "osaka"],
];

/**
 * The configuration of the newest block's fork and those to come.
 * @param depositContract whose events are deposit requests (EIP-6110).
 */
export function forkConfigurations(
  forks: ChainForks,
  genesis: Header,
  head: Header,
  depositContract: Address,
): ForkConfigurations {
  const { times } = forks.changes;
  const at = (time: number, fork: Fork): ForkConfiguration => ({
    activationTime: time <= genesis.timestamp ? 0 : time,
    blobSchedule: forks.blobs(fork),
    forkId: forkId(genesis, forks.changes, time),
    precompiles: precompilesOf(fork),
    systemContracts: systemContractsOf(fork, depositContract),
  });
  const scheduled = (time: number | undefined) =>
    time === undefined
      ? null
      : at(time, forks.at({ number: Number.MAX_SAFE_INTEGER, timestamp: time, difficulty: 0n }));
  const next = scheduled(times.find((time) => time > head.timestamp));
  return {
    current: at(times.findLast((time) => time <= head.timestamp) ?? 0, forks.at(head)),
    next,
    last: next === null ? null : scheduled(times.at(-1)),
  };
}

function precompilesOf(fork: Fork): ReadonlyMap<string, Address> {
  return new Map(
    PRECOMPILES.filter(([, , since]) => hasFork(fork, since)).map(([name, address]) => [
      name,
      `0x${address.toString(16).padStart(40, "0")}`,
    ]),
  );
}

function systemContractsOf(fork: Fork, depositContract: Address): ReadonlyMap<string, Address> {
  const contracts: readonly (readonly [string, Address, Fork])[] = [
    ["BEACON_ROOTS_ADDRESS", SYSTEM_CONTRACTS.beaconRoots, "cancun"],
    ["CONSOLIDATION_REQUEST_PREDEPLOY_ADDRESS", SYSTEM_CONTRACTS.consolidationRequests, "prague"],
    ["DEPOSIT_CONTRACT_ADDRESS", depositContract, "prague"],
    ["HISTORY_STORAGE_ADDRESS", SYSTEM_CONTRACTS.historyStorage, "prague"],
    ["WITHDRAWAL_REQUEST_PREDEPLOY_ADDRESS", SYSTEM_CONTRACTS.withdrawalRequests, "prague"],
  ];
  return new Map(
    contracts.filter(([, , since]) => hasFork(fork, since)).map(([name, address]) => [name, address]),
  );
}
