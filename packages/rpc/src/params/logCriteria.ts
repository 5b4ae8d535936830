import type { Address, Hash } from "@causeway/protocol/hex";
import { z } from "zod";
import { type BlockTag, blockNumber } from "./blockRef.js";
import { address, hash } from "./hex.js";
import { inputSchema } from "./inputSchema.js";

/** geth's bounds: a log has at most four topics. */
const TOPIC_POSITIONS_MAX = 4;
const ALTERNATIVES_MAX = 1_000;

/** What eth_getLogs, eth_newFilter and the logs subscription select by. */
export interface LogCriteria {
  readonly blockHash: Hash | null;
  readonly fromBlock: BlockTag | number | null;
  readonly toBlock: BlockTag | number | null;
  /** Empty is any. */
  readonly addresses: readonly Address[];
  /** By position: null is a wildcard, a list is "one of". */
  readonly topics: readonly (readonly Hash[] | null)[];
}

/** One or several. */
function oneOrMore<T>(schema: z.ZodType<T>, tooMany: string): z.ZodType<readonly T[]> {
  return z
    .unknown()
    .transform((value) => (Array.isArray(value) ? value : [value]))
    .pipe(z.array(schema).max(ALTERNATIVES_MAX, tooMany))
    .meta({ anyOf: [inputSchema(schema), several(inputSchema(schema))] });
}

/** For rpc.discover: a list of alternatives. */
function several(items: object) {
  return { type: "array", items, maxItems: ALTERNATIVES_MAX };
}

const topic = z
  .unknown()
  .transform((value) => (isWildcard(value) ? null : value))
  .pipe(oneOrMore(hash, "exceed max topics per search position").nullable())
  .transform((alternatives) => (alternatives?.length === 0 ? null : alternatives))
  .meta({
    title: "a topic, one of several, or any",
    anyOf: [inputSchema(hash), { type: "null" }, several({ anyOf: [inputSchema(hash), { type: "null" }] })],
  });

/** geth takes null inside a list of alternatives for a wildcard of the whole position. */
function isWildcard(value: unknown): boolean {
  return value === null || (Array.isArray(value) && value.includes(null));
}

export const logCriteria: z.ZodType<LogCriteria> = z
  .object({
    blockHash: hash.nullish(),
    fromBlock: blockNumber.nullish(),
    toBlock: blockNumber.nullish(),
    address: oneOrMore(address, "exceed max addresses").nullish(),
    topics: z.array(topic).max(TOPIC_POSITIONS_MAX, "exceed max topics").nullish(),
  })
  .refine(
    ({ blockHash, fromBlock, toBlock }) => blockHash == null || (fromBlock == null && toBlock == null),
    "cannot specify both BlockHash and FromBlock/ToBlock, choose one or the other",
  )
  .refine(
    ({ fromBlock, toBlock }) => fromBlock !== "pending" && toBlock !== "pending",
    "pending logs are not supported",
  )
  .transform(({ blockHash, fromBlock, toBlock, address: addresses, topics }) => ({
    blockHash: blockHash ?? null,
    fromBlock: fromBlock ?? null,
    toBlock: toBlock ?? null,
    addresses: addresses ?? [],
    topics: topics ?? [],
  }));
