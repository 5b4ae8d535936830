import {
  type CausewayConfig,
  configHash,
  DEFAULT_CAUSEWAY_CONFIG,
  DEVNET_EPOCH_LENGTH,
  parseGenesis,
} from "@causeway/protocol/genesis";
import { type Address, type Hash, type Hex, ZERO_ADDRESS, ZERO_HASH } from "@causeway/protocol/hex";
import { DEVNET_L1_CHAIN_ID, PREDEPLOYS, SYSTEM_CONTRACTS } from "@causeway/protocol/predeploys";
import { predictBridge } from "@causeway/protocol/predictBridge";
import { validatorSetHash } from "@causeway/protocol/validatorSet";
import { chainError } from "../chainError.js";
import { DEPLOYMENT_PROXY } from "./deploymentProxy.js";
import { FORK_CONFIG } from "./forkConfig.js";
import { type AllocEntry, predeployAlloc, type ValidatorEntry } from "./predeployAlloc.js";
import { SYSTEM_CONTRACT_CODE } from "./systemContractCode.js";

/** X7: 1 gwei. */
const INITIAL_BASE_FEE_WEI = 1_000_000_000n;
/** B7: fewer attesters only on devnets. */
const ATTESTERS_MIN = 4;

/** Who deploys the L1 side, and with which nonce its first contract (B9). */
export interface BridgeDeployer {
  readonly l1ChainId: number;
  readonly deployer: Address;
  readonly deployerNonce: number;
}

export interface GenesisInput {
  readonly chainId: number;
  /** Whole seconds. */
  readonly timestamp: number;
  /** In any order; the genesis lists them ascending by consensus key. */
  readonly validators: readonly ValidatorEntry[];
  /** In any order; empty without a bridge. */
  readonly attesters: readonly Address[];
  /** Account -> wei. With a bridge every wei of it gets locked on L1 (B9). */
  readonly accounts: ReadonlyMap<Address, bigint>;
  /** Deviations from X7. */
  readonly causeway?: Partial<Omit<CausewayConfig, "bridge">>;
  readonly bridge: BridgeDeployer | null;
}

/** A genesis file: geth's shape with `config.causeway`, plain JSON. */
export interface GenesisFile {
  readonly config: Readonly<Record<string, unknown>> & {
    readonly chainId: number;
    readonly causeway: CausewayConfig;
  };
  readonly nonce: Hex;
  readonly timestamp: Hex;
  readonly extraData: Hash;
  readonly gasLimit: Hex;
  readonly difficulty: Hex;
  readonly mixHash: Hash;
  readonly coinbase: Address;
  readonly baseFeePerGas: Hex;
  readonly alloc: Readonly<Record<Address, AllocEntry>>;
  readonly number: Hex;
  readonly gasUsed: Hex;
  readonly parentHash: Hash;
}

/**
 * Make a genesis file in B9's order: keys, S(1), L1 addresses, predeploys, alloc, mixHash.
 * @throws GenesisError "GenesisInvalid" or ChainError for an input that no chain may have.
 */
export async function buildGenesis(input: GenesisInput): Promise<GenesisFile> {
  const causeway = causewayConfig(input);
  const validators = [...input.validators].sort((a, b) => (a.consensusKey < b.consensusKey ? -1 : 1));
  const attesters = [...input.attesters].sort();
  checkAttesters(attesters, causeway);
  const config = { chainId: input.chainId, ...FORK_CONFIG, causeway };
  const accounts = accountAlloc(input.accounts);
  const backedWei = sum(input.accounts.values());
  const alloc = {
    ...accounts,
    ...systemContractAlloc(),
    ...(await predeployAlloc({
      validators,
      attesters,
      causeway,
      config,
      timestamp: input.timestamp,
      backedWei,
    })),
  };
  const file: GenesisFile = {
    config,
    nonce: "0x0",
    timestamp: quantity(BigInt(input.timestamp)),
    extraData: validatorSetHash(validators.map((entry) => entry.consensusKey)),
    gasLimit: quantity(BigInt(causeway.gasLimitTarget)),
    difficulty: "0x0",
    mixHash: configHash(causeway),
    coinbase: ZERO_ADDRESS,
    baseFeePerGas: quantity(causeway.freeGas ? 0n : INITIAL_BASE_FEE_WEI),
    alloc,
    number: "0x0",
    gasUsed: "0x0",
    parentHash: ZERO_HASH,
  };
  parseGenesis(file);
  return file;
}

function causewayConfig({ causeway, bridge }: GenesisInput): CausewayConfig {
  const devnet = bridge?.l1ChainId === DEVNET_L1_CHAIN_ID;
  return {
    ...DEFAULT_CAUSEWAY_CONFIG,
    ...(devnet ? { epochLength: DEVNET_EPOCH_LENGTH } : {}),
    ...causeway,
    bridge: bridge === null ? null : predictBridge(bridge.l1ChainId, bridge.deployer, bridge.deployerNonce),
  };
}

function checkAttesters(attesters: readonly Address[], { bridge }: CausewayConfig): void {
  if (bridge === null && attesters.length > 0) {
    throw chainError(
      "AttestersInvalid",
      `genesis: ${attesters.length} attesters given, but there is no bridge (B7)`,
    );
  }
  if (bridge === null || bridge.l1ChainId === DEVNET_L1_CHAIN_ID) return;
  if (attesters.length < ATTESTERS_MIN) {
    throw chainError(
      "AttestersInvalid",
      `genesis: ${attesters.length} attesters given, at least ${ATTESTERS_MIN} are needed outside devnets (B7)`,
    );
  }
}

function accountAlloc(accounts: ReadonlyMap<Address, bigint>): Record<Address, AllocEntry> {
  const reserved = new Set<Address>([
    ...Object.values(PREDEPLOYS),
    ...Object.values(SYSTEM_CONTRACTS),
    DEPLOYMENT_PROXY.address,
  ]);
  const alloc: Record<Address, AllocEntry> = {};
  for (const [address, wei] of accounts) {
    if (reserved.has(address)) {
      throw chainError(
        "AccountReserved",
        `genesis: account ${address} is a system contract and cannot be funded (X6)`,
      );
    }
    alloc[address] = { balance: quantity(wei) };
  }
  return alloc;
}

function systemContractAlloc(): Record<Address, AllocEntry> {
  return Object.fromEntries(
    [...SYSTEM_CONTRACT_CODE, [DEPLOYMENT_PROXY.address, DEPLOYMENT_PROXY.code] as const].map(
      ([address, code]) => [address, { balance: "0x0", nonce: "0x1", code }],
    ),
  );
}

function sum(values: Iterable<bigint>): bigint {
  let total = 0n;
  for (const value of values) total += value;
  return total;
}

function quantity(value: bigint): Hex {
  return `0x${value.toString(16)}`;
}
