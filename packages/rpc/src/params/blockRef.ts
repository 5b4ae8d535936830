import type { Hash } from "@causeway/protocol/hex";
import { z } from "zod";
import { hash, quantityFault } from "./hex.js";

const TAGS = ["latest", "earliest", "pending", "safe", "finalized"] as const;
export type BlockTag = (typeof TAGS)[number];

/** How a caller names a block: a tag, a height or, by EIP-1898, a hash. */
export type BlockRef = BlockTag | number | { readonly hash: Hash };

/** Bits of the largest height a JavaScript number holds, rounded up to a digit; the exact bound is checked after. */
const HEIGHT_BITS = 64;

/** A tag or a height (geth's BlockNumber). */
export const blockNumber: z.ZodType<BlockTag | number> = z
  .string("want a block number in hex or a tag")
  .transform((text, context) => {
    if ((TAGS as readonly string[]).includes(text)) return text as BlockTag;
    const fault = quantityFault(text, HEIGHT_BITS);
    const height = fault === null ? Number(text) : Number.NaN;
    if (fault === null && Number.isSafeInteger(height)) return height;
    context.addIssue({ code: "custom", message: fault ?? "block number larger than int64" });
    return z.NEVER;
  })
  .meta({ title: "block number or tag", pattern: `^(${TAGS.join("|")}|0x(0|[1-9a-fA-F][0-9a-fA-F]*))$` });

const byHash = z
  .object({
    blockHash: hash,
    blockNumber: z
      .undefined("cannot specify both BlockHash and BlockNumber, choose one or the other")
      .optional(),
  })
  .transform(({ blockHash }): BlockRef => ({ hash: blockHash }));
const byNumber = z.object({ blockNumber }).transform(({ blockNumber }): BlockRef => blockNumber);

const HASH_CHARS = 66;

/** geth's BlockNumberOrHash: a tag, a height, a bare hash, or an EIP-1898 object. requireCanonical holds of every block here (F1). */
const blockNumberOrHash: z.ZodType<BlockRef> = z.unknown().transform((value, context): BlockRef => {
  const parsed = branch(value).safeParse(value);
  if (parsed.success) return parsed.data;
  for (const issue of parsed.error.issues) {
    context.addIssue({ code: "custom", message: issue.message, path: issue.path });
  }
  return z.NEVER;
});

function branch(value: unknown): z.ZodType<BlockRef> {
  if (typeof value === "object" && value !== null) return "blockHash" in value ? byHash : byNumber;
  if (typeof value === "string" && value.length === HASH_CHARS) {
    return hash.transform((h): BlockRef => ({ hash: h }));
  }
  return blockNumber;
}

/** For rpc.discover: what blockNumberOrHash takes. */
const DESCRIPTION = {
  title: "block number, tag or hash",
  description: "A hex number, a tag, a block hash, or an EIP-1898 object with blockNumber or blockHash.",
  type: ["string", "object"],
} as const;

export const blockRef: z.ZodType<BlockRef> = z
  .unknown()
  .refine((value): boolean => value !== undefined)
  .pipe(blockNumberOrHash)
  .meta(DESCRIPTION);

/** State methods: left out means latest. */
export const blockRefOrLatest: z.ZodType<BlockRef> = z
  .unknown()
  .transform((value): unknown => value ?? "latest")
  .pipe(blockNumberOrHash)
  .meta(DESCRIPTION);
