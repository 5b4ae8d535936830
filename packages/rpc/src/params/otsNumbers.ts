import { z } from "zod";
import { type BlockTag, blockNumber } from "./blockRef.js";
import { safeInteger } from "./hex.js";

/** Otterscan shows 25 a page. */
const PAGE_SIZE_MAX = 1_000;
const PAGE_MAX = 1_000_000;

/** Otterscan writes heights as plain numbers, others as everywhere else. */
export const otsBlock: z.ZodType<BlockTag | number> = z.union([z.int().nonnegative(), blockNumber]);

export const otsHeight: z.ZodType<number> = z.union([z.int().nonnegative(), safeInteger]);

export const pageNumber = z
  .int("want a page number")
  .nonnegative("want a page number")
  .max(PAGE_MAX, `page number too large (max ${PAGE_MAX})`);

export const pageSize = z
  .int("want a page size")
  .positive("want a page size above 0")
  .max(PAGE_SIZE_MAX, `page size too large (max ${PAGE_SIZE_MAX})`);
