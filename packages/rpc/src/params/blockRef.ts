import type { Hash } from "@causeway/protocol/hex";
import { z } from "zod";
import { hash, quantityFault } from "./hex.js";
import { wordsFor } from "./wordsFor.js";

const TAGS = ["latest", "earliest", "pending", "safe", "finalized"] as const;
export type BlockTag = (typeof TAGS)[number];

/** How a caller names a block: a tag, a height or, by EIP-1898, a hash. */
export type BlockRef = BlockTag | number | { readonly hash: Hash };

const HEIGHT_BITS = 64;
/** geth's bound. */
const HEIGHT_MAX = 2n ** 63n - 1n;

/** A tag or a height (geth's BlockNumber). */
export const blockNumber: z.ZodType<BlockTag | number> = z
  .string("want a block number in hex or a tag")
  .transform((text, context) => {
    if ((TAGS as readonly string[]).includes(text)) return text as BlockTag;
    const fault = quantityFault(text, HEIGHT_BITS);
    // No chain comes to heights that a JavaScript number does not hold: they stand for one that is never reached.
    if (fault === null && BigInt(text) <= HEIGHT_MAX) return Math.min(Number(text), Number.MAX_SAFE_INTEGER);
    context.addIssue({ code: "custom", message: fault ?? "block number larger than int64" });
    return z.NEVER;
  })
  .meta({ title: "block number or tag", pattern: `^(${TAGS.join("|")}|0[xX](0|[1-9a-fA-F][0-9a-fA-F]*))$` });

/** EIP-1898. requireCanonical holds of every block here (F1). */
const blockObject = z
  .object(
    { blockHash: hash.nullish(), blockNumber: blockNumber.nullish() },
    "want a block number, tag, hash or object",
  )
  .transform(({ blockHash, blockNumber }, context): BlockRef => {
    if (blockHash == null && blockNumber != null) return blockNumber;
    if (blockHash != null && blockNumber == null) return { hash: blockHash };
    const message =
      blockHash == null
        ? "must specify either BlockHash or BlockNumber"
        : "cannot specify both BlockHash and BlockNumber, choose one or the other";
    context.addIssue({ code: "custom", message });
    return z.NEVER;
  });

const HASH_CHARS = 66;

/** geth's BlockNumberOrHash: a tag, a height, a bare hash, or an EIP-1898 object. */
const blockNumberOrHash: z.ZodType<BlockRef> = z.unknown().transform((value, context): BlockRef => {
  const parsed = branch(value).safeParse(value, { error: wordsFor });
  if (parsed.success) return parsed.data;
  for (const issue of parsed.error.issues) {
    context.addIssue({ code: "custom", message: issue.message, path: issue.path });
  }
  return z.NEVER;
});

function branch(value: unknown): z.ZodType<BlockRef> {
  if (typeof value === "object" && value !== null) return blockObject;
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
