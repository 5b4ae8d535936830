import { EMPTY_ROOT, headerHash } from "@causeway/chain/codec/header";
import { genesisHeader } from "@causeway/chain/genesis/genesisBlock";
import type { CausewayHeader } from "@causeway/chain/types/header";
import {
  type CausewayConfig,
  configHash,
  DEFAULT_CAUSEWAY_CONFIG,
  type Genesis,
} from "@causeway/protocol/genesis";
import { type Address, ZERO_ADDRESS } from "@causeway/protocol/hex";
import { type ValidatorSet, validatorSetHash } from "@causeway/protocol/validatorSet";

/** Virtual time of the genesis block in whole seconds; every simulation starts at it. */
export const GENESIS_SECONDS = 1_800_000_000;
export const CHAIN_ID = 73_311;

/** n ascending addresses. */
export function modelValidators(n: number): Address[] {
  return Array.from(
    { length: n },
    (_, i) => `0x${"a".repeat(38)}${(i + 1).toString(16).padStart(2, "0")}` as const,
  );
}

/** A genesis for chains whose execution is a model: no accounts, the set is not read from state. */
export function modelGenesis(spec: Partial<CausewayConfig>, first: ValidatorSet): Genesis {
  const causeway = { ...DEFAULT_CAUSEWAY_CONFIG, minValidators: 1, ...spec };
  return {
    config: { chainId: CHAIN_ID, depositContractAddress: ZERO_ADDRESS, blobSchedule: {}, causeway },
    nonce: 0n,
    timestamp: BigInt(GENESIS_SECONDS),
    extraData: validatorSetHash(first),
    gasLimit: BigInt(causeway.gasLimitTarget),
    difficulty: 0n,
    mixHash: configHash(causeway),
    coinbase: ZERO_ADDRESS,
    baseFeePerGas: 0n,
    alloc: {},
  };
}

export function modelGenesisHeader(genesis: Genesis): CausewayHeader {
  const fields = genesisHeader(genesis, EMPTY_ROOT);
  return { ...fields, hash: headerHash(fields) };
}
