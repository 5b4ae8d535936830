import type { SimulatedBlockOverrides } from "@causeway/chain/simulate/simulation";
import type { BlockOverrides } from "@causeway/chain/types/call";
import { z } from "zod";
import { definedFields } from "../definedFields.js";
import { address, hash, safeInteger, uint64, wei } from "./hex.js";

const fields = {
  gasLimit: uint64.nullish(),
  feeRecipient: address.nullish(),
  coinbase: address.nullish(),
  prevRandao: hash.nullish(),
  baseFeePerGas: wei.nullish(),
  blobBaseFee: wei.nullish(),
};

/** Of eth_simulateV1, whose blocks follow one another from the head. */
const simulatedPlace = { number: safeInteger.nullish(), time: safeInteger.nullish() };

/** Withdrawals of one simulated block; Ethereum's own blocks hold 16. */
const WITHDRAWALS_MAX = 1_000;

const withdrawal = z.object({ index: uint64, validatorIndex: uint64, address, amount: uint64 });

type Given = z.output<z.ZodObject<typeof fields>>;

function toOverrides({ gasLimit, feeRecipient, coinbase, prevRandao, baseFeePerGas, blobBaseFee }: Given) {
  return definedFields({
    gasLimit,
    coinbase: feeRecipient ?? coinbase,
    prevRandao,
    baseFeePerGas,
    blobBaseFee,
  });
}

/** A number as a call's block shows it, in the form of {@link BlockOverrides}. */
function narrow(value: bigint | null | undefined): { readonly safe?: number; readonly wide?: bigint } {
  if (value == null) return {};
  const safe = Number(value);
  return Number.isSafeInteger(safe) ? { safe } : { safe: Number.MAX_SAFE_INTEGER, wide: value };
}

/** Fourth parameter of eth_call (geth's BlockOverrides); difficulty means nothing since the merge and is ignored, as there. */
export const blockOverrides: z.ZodType<BlockOverrides> = z
  .object({
    ...fields,
    number: wei.nullish(),
    time: uint64.nullish(),
    beaconRoot: z.null('block override "beaconRoot" is not supported for this RPC method').optional(),
    withdrawals: z.null('block override "withdrawals" is not supported for this RPC method').optional(),
  })
  .transform(({ number, time, ...given }) => {
    const [height, timestamp] = [narrow(number), narrow(time)];
    return {
      ...toOverrides(given),
      ...definedFields({ number: height.safe, wideNumber: height.wide }),
      ...definedFields({ timestamp: timestamp.safe, wideTimestamp: timestamp.wide }),
    };
  });

/** Those of a block of eth_simulateV1. */
export const simulatedBlockOverrides: z.ZodType<SimulatedBlockOverrides> = z
  .object({
    ...fields,
    ...simulatedPlace,
    beaconRoot: hash.nullish(),
    withdrawals: z
      .array(withdrawal)
      .max(WITHDRAWALS_MAX, `too many withdrawals (max ${WITHDRAWALS_MAX})`)
      .nullish(),
  })
  .transform(({ beaconRoot, withdrawals, number, time, ...given }) =>
    definedFields({
      ...toOverrides(given),
      number,
      timestamp: time,
      parentBeaconBlockRoot: beaconRoot,
      withdrawals,
    }),
  );
