import { z } from "zod";
import { feeHistory } from "../../fees/feeHistory.js";
import { defineMethod } from "../../method.js";
import { blockNumber } from "../../params/blockRef.js";
import { count } from "../../params/count.js";

export const ethFeeHistory = defineMethod(
  "eth_feeHistory",
  [count, blockNumber, z.array(z.number("want a number")).optional()],
  (context, blocks, newest, percentiles) => feeHistory(context, blocks, newest, percentiles ?? []),
);
