import type { SimulatedBlockOverrides } from "@causeway/chain/simulate/simulation";
import type { BlockOverrides } from "@causeway/chain/types/call";
import { z } from "zod";
import { definedFields } from "../definedFields.js";
import { address, hash, safeInteger, uint64, wei } from "./hex.js";

const fields = {
  number: safeInteger.nullish(),
  time: safeInteger.nullish(),
  gasLimit: uint64.nullish(),
  feeRecipient: address.nullish(),
  coinbase: address.nullish(),
  prevRandao: hash.nullish(),
  baseFeePerGas: wei.nullish(),
  blobBaseFee: wei.nullish(),
};

/** Withdrawals of one simulated block; Ethereum's own blocks hold 16. */
const WITHDRAWALS_MAX = 1_000;

const withdrawal = z.object({ index: uint64, validatorIndex: uint64, address, amount: uint64 });

type Given = z.output<z.ZodObject<typeof fields>>;

function toOverrides({
  number,
  time,
  gasLimit,
  feeRecipient,
  coinbase,
  prevRandao,
  baseFeePerGas,
  blobBaseFee,
}: Given) {
  return definedFields({
    number,
    timestamp: time,
    gasLimit,
    coinbase: feeRecipient ?? coinbase,
    prevRandao,
    baseFeePerGas,
    blobBaseFee,
  });
}

/** Fourth parameter of eth_call (geth's BlockOverrides); difficulty means nothing since the merge and is ignored. */
export const blockOverrides: z.ZodType<BlockOverrides> = z
  .object({
    ...fields,
    beaconRoot: z.null('block override "beaconRoot" is not supported for this RPC method').optional(),
    withdrawals: z.null('block override "withdrawals" is not supported for this RPC method').optional(),
  })
  .transform(toOverrides);

/** Those of a block of eth_simulateV1. */
export const simulatedBlockOverrides: z.ZodType<SimulatedBlockOverrides> = z
  .object({
    ...fields,
    beaconRoot: hash.nullish(),
    withdrawals: z
      .array(withdrawal)
      .max(WITHDRAWALS_MAX, `too many withdrawals (max ${WITHDRAWALS_MAX})`)
      .nullish(),
  })
  .transform(({ beaconRoot, withdrawals, ...given }) =>
    definedFields({ ...toOverrides(given), parentBeaconBlockRoot: beaconRoot, withdrawals }),
  );
