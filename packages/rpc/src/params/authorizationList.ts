import type { Authorization } from "@causeway/chain/chainReader";
import { z } from "zod";
import { address, uint64, wei } from "./hex.js";

/** As many as EIP-7825's 2^24 gas pay for at 25,000 each. */
const AUTHORIZATIONS_MAX = 671;

/** EIP-7702. Some libraries write the parity as v. */
export const authorizationList: z.ZodType<readonly Authorization[]> = z
  .array(
    z
      .object({
        chainId: wei,
        address,
        nonce: uint64,
        yParity: uint64.optional(),
        v: uint64.optional(),
        r: wei,
        s: wei,
      })
      .transform(({ v, yParity, ...fields }) => ({ ...fields, yParity: (yParity ?? v ?? 0n) & 1n })),
  )
  .max(AUTHORIZATIONS_MAX, `too many authorizations (max ${AUTHORIZATIONS_MAX})`);
