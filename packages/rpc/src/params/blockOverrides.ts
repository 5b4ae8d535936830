import type { BlockOverrides } from "@causeway/chain/chainReader";
import { z } from "zod";
import { definedFields } from "../definedFields.js";
import { address, hash, safeInteger, uint64, wei } from "./hex.js";

/** Fourth parameter of eth_call (geth's BlockOverrides); difficulty and blobBaseFee mean nothing here and are ignored. */
export const blockOverrides: z.ZodType<BlockOverrides> = z
  .object({
    number: safeInteger.nullish(),
    time: safeInteger.nullish(),
    gasLimit: uint64.nullish(),
    feeRecipient: address.nullish(),
    coinbase: address.nullish(),
    prevRandao: hash.nullish(),
    baseFeePerGas: wei.nullish(),
  })
  .transform(({ number, time, gasLimit, feeRecipient, coinbase, prevRandao, baseFeePerGas }) =>
    definedFields({
      number,
      timestamp: time,
      gasLimit,
      coinbase: feeRecipient ?? coinbase,
      prevRandao,
      baseFeePerGas,
    }),
  );
