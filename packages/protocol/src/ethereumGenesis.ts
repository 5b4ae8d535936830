import { z } from "zod";
import { CausewayError } from "./errors.js";
import { type Genesis, type GenesisError, parseGenesis } from "./genesis.js";
import { allocOf, firstFault, storageOf, uint as strictUint } from "./genesisFields.js";
import { isObject, mapValues, renameKeys, withKnownKeys } from "./gethJson.js";
import { type Address, type Hash, type Hex, ZERO_ADDRESS, ZERO_HASH } from "./hex.js";

/**
 * A genesis file in geth's form without `config.causeway`: plain Ethereum rules, forks by block, total difficulty and time.
 * Like geth this ignores keys it does not know, except those of forks that are not known here, tells keys apart without
 * regard to case, and takes null as left out and "" as no bytes or as 0.
 */

const hex = (bytesMin: number, bytesMax: number) =>
  z
    .string()
    .transform((text) => (text === "" ? "0x" : text.toLowerCase()))
    .pipe(z.string().regex(/^0x(?:[0-9a-f]{2})*$/, "must be 0x hex of whole bytes"))
    .refine((text) => text.length >= 2 + 2 * bytesMin && text.length <= 2 + 2 * bytesMax, {
      message: bytesMin === bytesMax ? `must be ${bytesMax} bytes` : `must be at most ${bytesMax} bytes`,
    });
const address = hex(20, 20) as unknown as z.ZodType<Address>;
const hash = hex(32, 32) as unknown as z.ZodType<Hash>;
const uint = (bits: number) =>
  z.preprocess((value) => {
    if (typeof value !== "string") return value;
    return value === "" ? 0 : value.replace(/^0X/, "0x");
  }, strictUint(bits));

/** An integer that no double holds exactly comes as text from a file's reader: about how large it is, is all that counts. */
const integer = z.preprocess((value) => {
  const isWide =
    typeof value === "string" && /^[0-9]{16,}$/.test(value) && Number(value) > Number.MAX_SAFE_INTEGER;
  return isWide ? Number(value) : value;
}, z.number().refine(Number.isInteger, "must be an integer").nonnegative("must not be negative"));
const safeInteger = integer.refine((value) => value <= Number.MAX_SAFE_INTEGER, "must be at most 2^53 - 1");

/** Where a fork is that a file puts beyond every block, as at 2^64 - 1 seconds. */
const NEVER = Number.POSITIVE_INFINITY;
/** A block number or a time in seconds. */
const activation = integer.transform((at) => (at > Number.MAX_SAFE_INTEGER ? NEVER : at)).optional();

/** EIP-170 bounds what can be deployed, but not what a genesis file may place. */
const CODE_BYTES_MAX = 1024 * 1024;
const EXTRA_DATA_BYTES_MAX = 32;

/** geth writes storage with and without leading zeros. */
const word = z.string().regex(/^(?:0x)?[0-9a-fA-F]{0,64}$/, "must be 0x hex of at most 32 bytes");

const accountSchema = z.object({
  balance: uint(256).default(0n),
  nonce: uint(64).optional(),
  code: hex(0, CODE_BYTES_MAX).optional() as unknown as z.ZodType<Hex | undefined>,
  storage: storageOf(word, word).optional(),
});

const positive = safeInteger.refine((value) => value > 0, "must not be 0");
const blobSchema = z.object({
  target: safeInteger,
  max: positive,
  baseFeeUpdateFraction: positive,
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
/** Those that `config.blobSchedule` may name. */
const BLOB_FORKS = TIME_FORKS.map((key) => key.replace("Time", ""));
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
const UNSUPPORTED_TIME_FORKS = ["amsterdamTime", "bogotaTime", "verkleTime", "ubtTime"] as const;
const NOT_HERE = "names rules that this node does not have";

/** Where `config` says from when on a fork's rules hold. */
export type ActivationKey = (typeof BLOCK_FORKS)[number] | (typeof TIME_FORKS)[number];

const activations = Object.fromEntries(
  [...BLOCK_FORKS, ...TIME_FORKS, ...UNSUPPORTED_TIME_FORKS].map((key) => [key, activation]),
) as Record<ActivationKey | (typeof UNSUPPORTED_TIME_FORKS)[number], typeof activation>;

const configSchema = z.looseObject({
  chainId: safeInteger,
  ...activations,
  daoForkSupport: z.boolean().optional(),
  terminalTotalDifficulty: uint(256).optional(),
  terminalTotalDifficultyPassed: z.boolean().optional(),
  depositContractAddress: address.optional(),
  blobSchedule: z.record(z.string(), blobSchema).optional(),
  /** Proof of authority of geth's own. */
  clique: z.undefined(NOT_HERE).optional(),
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
  baseFeePerGas: uint(256).optional(),
  excessBlobGas: uint(64).optional(),
  blobGasUsed: uint(64).optional(),
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
  const parsed = genesisSchema.safeParse(asGethReads(json));
  if (!parsed.success) {
    const { field, problem } = firstFault(parsed.error);
    throw invalid(field, problem);
  }
  const { config } = parsed.data;
  for (const key of UNSUPPORTED_TIME_FORKS) {
    if (![undefined, NEVER].includes(config[key])) throw invalid(`config.${key}`, NOT_HERE);
  }
  if (config.eip155Block !== config.eip158Block) {
    throw invalid("config.eip158Block", "must equal config.eip155Block: both are Spurious Dragon");
  }
  checkOrder(config, BLOCK_FORKS);
  checkOrder(config, TIME_FORKS);
  return { ...parsed.data, config: withoutNever(config) };
}

/** The file's JSON with each key once, as it is known here, and without what is null. */
function asGethReads(json: unknown): unknown {
  const file = withKnownKeys(json, Object.keys(genesisSchema.shape), "");
  if (!isObject(file)) return file;
  const config = withKnownKeys(file.config, [...Object.keys(configSchema.shape), "causeway"], "config");
  // Read by these rules it would be another chain than its file means.
  if (isObject(config) && config.causeway !== undefined) {
    throw invalid("config.causeway", "is of a chain of Causeway's, and must be spelled so");
  }
  const alloc = renameKeys(file.alloc, (key) => key.replace(/^0X/, "0x"), "alloc");
  return {
    ...file,
    config: mapValues(config, (value, key) => (key === "blobSchedule" ? blobScheduleOf(value) : value)),
    alloc: mapValues(alloc, (account, key) =>
      withKnownKeys(account, Object.keys(accountSchema.shape), `alloc.${key}`),
    ),
  };
}

function blobScheduleOf(value: unknown): unknown {
  const path = "config.blobSchedule";
  const schedule = withKnownKeys(value, BLOB_FORKS, path);
  return mapValues(schedule, (blobs, fork) =>
    withKnownKeys(blobs, Object.keys(blobSchema.shape), `${path}.${fork}`),
  );
}

/** A fork that never comes is one that the file does not name. */
function withoutNever(config: EthereumConfig): EthereumConfig {
  return Object.fromEntries(Object.entries(config).filter(([, value]) => value !== NEVER)) as EthereumConfig;
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
      const before =
        last.at === NEVER ? `config.${last.key}, which never comes` : `config.${last.key} at ${last.at}`;
      throw invalid(`config.${key}`, `is ${at}, must not come before ${before}`);
    }
    last = { key, at };
  }
}

function invalid(field: string, problem: string): GenesisError {
  return new CausewayError({ code: "GenesisInvalid", field }, `genesis: ${field} ${problem}`);
}
