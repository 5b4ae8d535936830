import canonicalize from "canonicalize";
import { keccak256, toUtf8Bytes } from "ethers";
import { z } from "zod";
import { word } from "./eip712.js";
import { CausewayError } from "./errors.js";
import { allocOf, firstFault, normalAddress, storageOf, uint } from "./genesisFields.js";
import { type Address, type Hash, type Hex, ZERO_ADDRESS, ZERO_HASH } from "./hex.js";
import { DEVNET_L1_CHAIN_ID, PREDEPLOYS, VALIDATOR_SET_SLOTS } from "./predeploys.js";
import { overrides } from "./validatorOverride.js";
import { isWellFormedSet, MAX_VALIDATORS, type ValidatorSet, validatorSetHash } from "./validatorSet.js";

const lowerHex = z.string().transform((s) => s.toLowerCase());
const address = lowerHex.pipe(
  z.string().regex(/^0x[0-9a-f]{40}$/, "must be 20 bytes of 0x hex"),
) as unknown as z.ZodType<Address>;
const hash = lowerHex.pipe(
  z.string().regex(/^0x[0-9a-f]{64}$/, "must be 32 bytes of 0x hex"),
) as unknown as z.ZodType<Hash>;
const bytes = lowerHex.pipe(
  z.string().regex(/^0x(?:[0-9a-f]{2})*$/, "must be 0x hex of whole bytes"),
) as unknown as z.ZodType<Hex>;
const zero = <T extends z.ZodType<bigint>>(schema: T) => schema.refine((v) => v === 0n, "must be 0 (H1)");
const integer = (min: number, max: number) => z.number().int().min(min).max(max);

/** L1 side of the bridge, bound into genesisHash through mixHash (B9). */
const bridgeSchema = z.strictObject({
  l1ChainId: integer(1, Number.MAX_SAFE_INTEGER),
  outbox: address,
  view: address,
  inbox: address,
  vault: address,
});

/** V6; checked against the set's form in {@link parseGenesis}. */
const overrideSchema = z.strictObject({
  height: integer(1, Number.MAX_SAFE_INTEGER),
  parentHash: hash,
  validators: z.array(address).max(MAX_VALIDATORS),
  operators: z.record(address, address).optional(),
});
/** A chain that needed this many emergencies has other problems. */
const OVERRIDES_MAX = 16;

/** `config.causeway`: every protocol number of a chain (X7). Unknown keys are refused. */
export const causewayConfigSchema = z
  .strictObject({
    blockPeriodSeconds: integer(1, 60),
    emptyBlockPeriodSeconds: integer(1, 60),
    requestTimeoutMs: integer(100, 600_000),
    maxRequestTimeoutMs: integer(100, 600_000),
    epochLength: integer(1, 1_000_000),
    minValidators: integer(1, MAX_VALIDATORS),
    gasLimitTarget: integer(5_000_000, 1_000_000_000),
    /** Decimal string of wei: JSON numbers cannot carry it exactly. */
    minTipWei: z.string().regex(/^[0-9]{1,30}$/, "must be a decimal string of wei"),
    maxBlockBytes: integer(65_536, 8 * 1024 * 1024),
    freeGas: z.boolean(),
    upgrades: z
      .array(z.strictObject({ name: z.string().min(1), height: integer(1, Number.MAX_SAFE_INTEGER) }))
      .max(64),
    /** A list when a chain needed it more than once: earlier ones must stay, or nobody could sync past them. */
    override: z.preprocess(
      (value) => (value === null || value === undefined || Array.isArray(value) ? value : [value]),
      z.array(overrideSchema).min(1).max(OVERRIDES_MAX).nullable(),
    ),
    bridge: bridgeSchema.nullable(),
  })
  .refine((c) => c.emptyBlockPeriodSeconds >= c.blockPeriodSeconds, {
    path: ["emptyBlockPeriodSeconds"],
    message: "must not be below blockPeriodSeconds (C14)",
  })
  .refine((c) => c.maxRequestTimeoutMs >= c.requestTimeoutMs, {
    path: ["maxRequestTimeoutMs"],
    message: "must not be below requestTimeoutMs (C7)",
  });

export type CausewayConfig = z.infer<typeof causewayConfigSchema>;
export type BridgeConfig = z.infer<typeof bridgeSchema>;

/** X7, without a bridge. */
export const DEFAULT_CAUSEWAY_CONFIG: CausewayConfig = {
  blockPeriodSeconds: 1,
  emptyBlockPeriodSeconds: 10,
  requestTimeoutMs: 4_000,
  maxRequestTimeoutMs: 60_000,
  epochLength: 1_200,
  minValidators: 4,
  gasLimitTarget: 30_000_000,
  minTipWei: "0",
  maxBlockBytes: 8 * 1024 * 1024,
  freeGas: false,
  upgrades: [],
  override: null,
  bridge: null,
};

/** epochLength of devnets (X7). */
export const DEVNET_EPOCH_LENGTH = 30;

const blobParameters = z.strictObject({
  target: integer(1, 1_000),
  max: integer(1, 1_000),
  baseFeeUpdateFraction: integer(1, Number.MAX_SAFE_INTEGER),
});

const gethConfigSchema = z.looseObject({
  chainId: integer(1, Number.MAX_SAFE_INTEGER),
  depositContractAddress: address,
  blobSchedule: z.record(z.string(), blobParameters),
  causeway: causewayConfigSchema,
});

/** At most 32 bytes; geth writes storage with and without leading zeros. */
const storageKey = z.string().regex(/^0x[0-9a-fA-F]{1,64}$/, "must be 0x hex of at most 32 bytes");
const storageValue = bytes.refine((v) => v.length <= 66, "must be at most 32 bytes");

const accountSchema = z.strictObject({
  balance: uint(256).default(0n),
  nonce: uint(64).optional(),
  code: bytes.optional(),
  storage: storageOf(storageKey, storageValue).optional(),
});

/** geth's MinGasLimit: no block has less. */
const GAS_LIMIT_MIN = 5_000n;

/** Shape of a Causeway genesis file: geth's, with `config.causeway`. */
export const genesisSchema = z.strictObject({
  config: gethConfigSchema,
  nonce: zero(uint(64)),
  timestamp: uint(53),
  extraData: hash,
  gasLimit: uint(63).refine((gas) => gas >= GAS_LIMIT_MIN, `must be at least ${GAS_LIMIT_MIN}`),
  difficulty: zero(uint(256)),
  mixHash: hash,
  coinbase: address.refine((a) => a === ZERO_ADDRESS, "must be the zero address (H0)"),
  baseFeePerGas: uint(256),
  alloc: allocOf(accountSchema),
  number: zero(uint(53)).optional(),
  gasUsed: zero(uint(64)).optional(),
  parentHash: hash.refine((h) => h === ZERO_HASH, "must be zero").optional(),
});

export type Genesis = z.infer<typeof genesisSchema>;
export type GenesisAccount = z.infer<typeof accountSchema>;

export type GenesisError = CausewayError<{ code: "GenesisInvalid"; field: string }>;

/**
 * Validate a genesis file as parsed JSON.
 * @throws {GenesisError} naming the first missing, unknown or contradictory field.
 */
export function parseGenesis(json: unknown): Genesis {
  const parsed = genesisSchema.safeParse(json);
  if (!parsed.success) throw faultOf(json, parsed.error);
  const genesis = parsed.data;
  const { causeway } = genesis.config;
  const expected = configHash(causeway);
  if (genesis.mixHash !== expected) {
    throw invalid(
      "mixHash",
      `is ${genesis.mixHash} but config.causeway hashes to ${expected} (H0): one of them was edited`,
    );
  }
  const set = genesisValidators(genesis);
  const devnet = causeway.bridge?.l1ChainId === DEVNET_L1_CHAIN_ID || causeway.bridge === null;
  if (!isWellFormedSet(set, causeway.minValidators)) {
    throw invalid(
      `alloc.${PREDEPLOYS.validatorSet}.storage`,
      `holds ${set.length} validators; need ${causeway.minValidators} to ${MAX_VALIDATORS}, strictly ascending (V2)`,
    );
  }
  if (genesis.extraData !== validatorSetHash(set)) {
    throw invalid(
      "extraData",
      `is ${genesis.extraData} but the validators in alloc hash to ${validatorSetHash(set)} (H0)`,
    );
  }
  if (!devnet && causeway.minValidators < 4) {
    throw invalid("config.causeway.minValidators", "must be at least 4 outside devnets (C17)");
  }
  checkOverrides(causeway);
  if (causeway.freeGas && genesis.baseFeePerGas !== 0n) {
    throw invalid("baseFeePerGas", "must be 0 on a free-gas chain (H6)");
  }
  return genesis;
}

/** V6: an override prescribes a set that V2 would not ignore. */
function checkOverrides(config: CausewayConfig): void {
  let below = 0;
  for (const { height, validators, operators = {} } of overrides(config)) {
    if (height <= below) {
      throw invalid("config.causeway.override", `names height ${height} after ${below}: must ascend (V6)`);
    }
    if (!isWellFormedSet(validators, config.minValidators)) {
      throw invalid(
        "config.causeway.override.validators",
        `must be ${config.minValidators} (minValidators) to ${MAX_VALIDATORS} addresses, strictly ascending, got ${validators.length} (V2, V6)`,
      );
    }
    for (const [key, operator] of Object.entries(operators)) {
      if (validators.some((validator) => validator === key) && !validators.includes(operator)) continue;
      throw invalid(
        "config.causeway.override.operators",
        `names ${operator} for ${key}: the key must be among the validators, its operator must not (V4, V6)`,
      );
    }
    below = height;
  }
}

/** H0: keccak256 of the canonical JSON (RFC 8785) of `config.causeway` without `upgrades` and `override`. */
export function configHash(config: CausewayConfig): Hash {
  const { upgrades: _upgrades, override: _override, ...bound } = config;
  return keccak256(toUtf8Bytes(canonicalize(bound) as string)) as Hash;
}

/** S(1), read from ValidatorSet's storage in `alloc` (V1). */
export function genesisValidators(genesis: Genesis): ValidatorSet {
  return readAddressArray(genesis, VALIDATOR_SET_SLOTS.consensusKeys);
}

/** The attesters registered at genesis (B7). */
export function genesisAttesters(genesis: Genesis): readonly Address[] {
  return readAddressArray(genesis, VALIDATOR_SET_SLOTS.attesters);
}

function readAddressArray(genesis: Genesis, slot: number): Address[] {
  const storage = new Map<bigint, bigint>();
  for (const [key, account] of Object.entries(genesis.alloc)) {
    if (normalAddress(key) !== PREDEPLOYS.validatorSet) continue;
    for (const [k, v] of Object.entries(account.storage ?? {}))
      storage.set(BigInt(k), BigInt(v === "0x" ? 0 : v));
  }
  const length = storage.get(BigInt(slot)) ?? 0n;
  if (length > BigInt(MAX_VALIDATORS)) return [];
  const base = BigInt(keccak256(word(slot)));
  return Array.from({ length: Number(length) }, (_, i) => {
    const value = storage.get(base + BigInt(i)) ?? 0n;
    return `0x${value.toString(16).padStart(40, "0")}` as Address;
  });
}

/** Of a file without `config.causeway` nothing else is worth a word. */
function faultOf(json: unknown, error: z.ZodError): GenesisError {
  const { config } = (json ?? {}) as { readonly config?: { readonly causeway?: unknown } | null };
  if (typeof config === "object" && config !== null && config.causeway === undefined) {
    return invalid("config.causeway", "is missing: the file is of no chain of Causeway's");
  }
  const { field, problem } = firstFault(error);
  return invalid(field, problem);
}

function invalid(field: string, problem: string): GenesisError {
  return new CausewayError({ code: "GenesisInvalid", field }, `genesis: ${field} ${problem}`);
}
