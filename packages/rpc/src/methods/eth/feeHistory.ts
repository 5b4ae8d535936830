import { z } from "zod";
import { feeHistory } from "../../feeHistory.js";
import { defineMethod } from "../../method.js";
import { blockNumber } from "../../params/blockRef.js";
import { safeInteger } from "../../params/hex.js";

/** geth takes a JSON integer as well as hex, and Foundry sends one. */
const blockCount = z
  .unknown()
  .refine((value): boolean => value !== undefined)
  .transform((value): unknown =>
    Number.isSafeInteger(value) && Number(value) >= 0 ? `0x${Number(value).toString(16)}` : value,
  )
  .pipe(safeInteger);

export const ethFeeHistory = defineMethod(
  "eth_feeHistory",
  [blockCount, blockNumber, z.array(z.number("want a number")).optional()],
  (context, count, newest, percentiles) => feeHistory(context, count, newest, percentiles ?? []),
);
