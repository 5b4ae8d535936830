import { z } from "zod";
import { CausewayError } from "./errors.js";
import { type Genesis, type GenesisError, parseGenesis } from "./genesis.js";
import { allocOf, firstFault, storageOf, uint } from "./genesisFields.js";
import { type Address, type Hash, type Hex, ZERO_ADDRESS, ZERO_HASH } from "./hex.js";

/**
 * A genesis file in geth's form without `config.causeway`: plain Ethereum rules, forks by block, total difficulty and time.
 * Like geth this ignores keys it does not know, except those of forks that are not known here.
 */

const hex = (bytesMin: number, bytesMax: number) =>
  z
    .string()
    .regex(/^0x(?:[0-9a-fA-F]{2})*$/, "must be 0x hex of whole bytes")
    .refine((text) => text.length >= 2 + 2 * bytesMin && text.length <= 2 + 2 * bytesMax, {
      message: bytesMin === bytesMax ? `must be ${bytesMax} bytes` : `must be at most ${bytesMax} bytes`,
    })
    .transform((text) => text.toLowerCase());
const address = hex(20, 20) as unknown as z.ZodType<Address>;
const hash = hex(32, 32) as unknown as z.ZodType<Hash>;
const activation = z.int().nonnegative("must be a block number or a time in seconds").nullish();

/** EIP-170 bounds what can be deployed, but not what a genesis file may place. */
const CODE_BYTES_MAX = 1024 * 1024;
const EXTRA_DATA_BYTES_MAX = 32;

/** geth writes storage with and without leading zeros. */
const word = z.string().regex(/^(?:0x)?[0-9a-fA-F]{1,64}$/, "must be 0x hex of at most 32 bytes");

const accountSchema = z.object({
  balance: uint(256).default(0n),
  nonce: uint(64).optional(),
  code: hex(0, CODE_BYTES_MAX).optional() as unknown as z.ZodType<Hex | undefined>,
  storage: storageOf(word, word).optional(),
});

const blobSchema = z.object({
  target: z.int().nonnegative(),
  max: z.int().positive(),
  baseFeeUpdateFraction: z.int().positive(),
});

/** Forks by block, oldest first, by their key in `config`; those in OPTIONAL may be left out between others. */
const BLOCK_FORKS = [
  "homesteadBlock",
  "daoForkBlock",
  "eip150Block",
  "eip155Block",
  "eip158Block",
  "byzantiumBlock",
  "constantinopleBlock",
  "petersburgBlock",
  "istanbulBlock",
  "muirGlacierBlock",
  "berlinBlock",
  "londonBlock",
  "arrowGlacierBlock",
  "grayGlacierBlock",
  "mergeNetsplitBlock",
] as const;
const TIME_FORKS = [
  "shanghaiTime",
  "cancunTime",
  "pragueTime",
  "osakaTime",
  "bpo1Time",
  "bpo2Time",
  "bpo3Time",
  "bpo4Time",
  "bpo5Time",
] as const;
const OPTIONAL: readonly string[] = [
  "daoForkBlock",
  "petersburgBlock",
  "muirGlacierBlock",
  "arrowGlacierBlock",
  "grayGlacierBlock",
  "mergeNetsplitBlock",
  ...TIME_FORKS.filter((key) => key.startsWith("bpo")),
];
/** Rules this node does not have. */
const UNSUPPORTED = ["amsterdamTime", "verkleTime", "ubtTime", "clique"] as const;

/** Where `config` says from when on a fork's rules hold. */
export type ActivationKey = (typeof BLOCK_FORKS)[number] | (typeof TIME_FORKS)[number];

const activations = Object.fromEntries(
  [...BLOCK_FORKS, ...TIME_FORKS].map((key) => [key, activation]),
) as Record<ActivationKey, typeof activation>;

const configSchema = z.looseObject({
  chainId: z.int().nonnegative(),
  ...activations,
  daoForkSupport: z.boolean().nullish(),
  terminalTotalDifficulty: uint(256).nullish(),
  depositContractAddress: address.nullish(),
  blobSchedule: z.record(z.string(), blobSchema).nullish(),
});

const genesisSchema = z.object({
  config: configSchema,
  nonce: uint(64).default(0n),
  timestamp: uint(53).default(0n),
  extraData: hex(0, EXTRA_DATA_BYTES_MAX).default("0x") as unknown as z.ZodType<Hex>,
  gasLimit: uint(64),
  difficulty: uint(256),
  mixHash: hash.default(ZERO_HASH),
  coinbase: address.default(ZERO_ADDRESS),
  baseFeePerGas: uint(256).nullish(),
  excessBlobGas: uint(64).nullish(),
  blobGasUsed: uint(64).nullish(),
  number: uint(53)
    .refine((number) => number === 0n, { message: "must be 0: block 0 is the genesis" })
    .optional(),
  gasUsed: uint(64).default(0n),
  parentHash: hash.default(ZERO_HASH),
  alloc: allocOf(accountSchema),
});

export type EthereumGenesis = z.infer<typeof genesisSchema>;
export type EthereumConfig = EthereumGenesis["config"];

/** Whether a genesis is of a chain of Causeway's own: `config.causeway` alone decides (H). */
export function isCausewayGenesis(genesis: Genesis | EthereumGenesis): genesis is Genesis {
  return "causeway" in genesis.config && genesis.config.causeway !== undefined;
}

/**
 * A genesis file of either kind, as parsed JSON.
 * @throws {GenesisError} naming the first field that does not fit.
 */
export function parseAnyGenesis(json: unknown): Genesis | EthereumGenesis {
  const { config } = (json ?? {}) as { readonly config?: Record<string, unknown> | null };
  return config?.causeway === undefined ? parseEthereumGenesis(json) : parseGenesis(json);
}

/** @throws {GenesisError} naming the first missing or contradictory field. */
export function parseEthereumGenesis(json: unknown): EthereumGenesis {
  const parsed = genesisSchema.safeParse(json);
  if (!parsed.success) {
    const { field, problem } = firstFault(parsed.error);
    throw invalid(field, problem);
  }
  const { config } = parsed.data;
  for (const key of UNSUPPORTED) {
    if (config[key] != null) throw invalid(`config.${key}`, "names rules that this node does not have");
  }
  if (config.eip155Block !== config.eip158Block) {
    throw invalid("config.eip158Block", "must equal config.eip155Block: both are Spurious Dragon");
  }
  checkOrder(config, BLOCK_FORKS);
  checkOrder(config, TIME_FORKS);
  return parsed.data;
}

/** Each fork builds on those before it. */
function checkOrder(config: EthereumConfig, keys: readonly ActivationKey[]): void {
  let last: { readonly key: string; readonly at: number } | null = null;
  let missing: string | null = null;
  for (const key of keys) {
    const at = config[key];
    if (at == null) {
      if (!OPTIONAL.includes(key)) missing ??= key;
      continue;
    }
    if (missing !== null) throw invalid(`config.${key}`, `needs config.${missing}, which is missing`);
    if (last !== null && at < last.at) {
      throw invalid(`config.${key}`, `is ${at}, must not come before config.${last.key} at ${last.at}`);
    }
    last = { key, at };
  }
}

function invalid(field: string, problem: string): GenesisError {
  return new CausewayError({ code: "GenesisInvalid", field }, `genesis: ${field} ${problem}`);
}
