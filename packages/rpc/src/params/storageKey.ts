import type { Hash } from "@causeway/protocol/hex";
import { z } from "zod";

/**
 * A storage slot as geth takes it: hex of up to 32 bytes, 0x and leading zeros optional. `full` tells whether the
 * caller wrote all 32 bytes, since eth_getProof repeats the key in the caller's form.
 */
export const storageKey: z.ZodType<{ readonly slot: Hash; readonly full: boolean }> = z
  .string("want a hex string")
  .superRefine((text, context) => {
    const digits = text.replace(/^0x/i, "");
    if (!/^[0-9a-f]*$/i.test(digits)) {
      context.addIssue({ code: "custom", message: "invalid hex in storage key" });
    } else if (digits.length > 64) {
      context.addIssue({ code: "custom", message: "storage key too long (want at most 32 bytes)" });
    }
  })
  .transform((text) => {
    const digits = text.replace(/^0x/i, "").toLowerCase();
    return { slot: `0x${digits.padStart(64, "0")}` as Hash, full: digits.length === 64 };
  })
  .meta({ title: "storage slot: up to 32 bytes of hex", pattern: "^(0[xX])?[0-9a-fA-F]{0,64}$" });
