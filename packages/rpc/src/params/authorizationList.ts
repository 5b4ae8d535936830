import type { Authorization } from "@causeway/chain/types/transaction";
import { z } from "zod";
import { address, uint64, wei } from "./hex.js";

/** As many as EIP-7825's 2^24 gas pay for at 25,000 each. */
const AUTHORIZATIONS_MAX = 671;

/** A signature's v for parity 0 where it is not the parity itself, as before EIP-2930. */
const LEGACY_V_MIN = 27n;

/** EIP-7702, whatever the parity: one above 1 is nobody's, which leaves the rest of the list as it is. Some libraries write v. */
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
      .transform(({ v, yParity, ...fields }) => ({ ...fields, yParity: yParity ?? parityOf(v ?? 0n) })),
  )
  .max(AUTHORIZATIONS_MAX, `too many authorizations (max ${AUTHORIZATIONS_MAX})`);

function parityOf(v: bigint): bigint {
  return v < LEGACY_V_MIN ? v : v - LEGACY_V_MIN;
}
