import type { Address } from "@causeway/protocol/hex";
import { z } from "zod";
import { type BlockTag, blockNumber } from "./blockRef.js";
import { address } from "./hex.js";

const ADDRESSES_MAX = 1_000;
const COUNT_MAX = 1_000_000;

/** What trace_filter selects by. */
export interface TraceFilter {
  readonly fromBlock: BlockTag | number;
  readonly toBlock: BlockTag | number;
  /** Empty is any. */
  readonly fromAddress: ReadonlySet<Address>;
  readonly toAddress: ReadonlySet<Address>;
  /** Whether one of both kinds of addresses is enough. */
  readonly union: boolean;
  /** Traces to leave out first. */
  readonly after: number;
  readonly count: number;
}

const addresses = z
  .array(address)
  .max(ADDRESSES_MAX, `too many addresses (max ${ADDRESSES_MAX})`)
  .nullish()
  .transform((list): ReadonlySet<Address> => new Set(list ?? []));
const integer = z
  .int("want an integer")
  .nonnegative()
  .max(COUNT_MAX, `too large (max ${COUNT_MAX})`)
  .nullish();

export const traceFilter: z.ZodType<TraceFilter> = z
  .object({
    fromBlock: blockNumber.nullish(),
    toBlock: blockNumber.nullish(),
    fromAddress: addresses,
    toAddress: addresses,
    mode: z.enum(["union", "intersection"], "want union or intersection").nullish(),
    after: integer,
    count: integer,
  })
  .transform(({ fromBlock, toBlock, fromAddress, toAddress, mode, after, count }) => ({
    fromBlock: fromBlock ?? "earliest",
    toBlock: toBlock ?? "latest",
    fromAddress,
    toAddress,
    union: mode !== "intersection",
    after: after ?? 0,
    count: count ?? COUNT_MAX,
  }));
