import { z } from "zod";
import { quantityFault } from "./hex.js";

const DECIMAL = /^[0-9]+$/;

/** geth's HexOrDecimal64: Foundry sends a JSON integer, others hex, or decimal digits. */
export const count: z.ZodType<number> = z
  .union([z.int(), z.string()], "want a number")
  .transform((given, context) => {
    const fault = typeof given === "number" || DECIMAL.test(given) ? null : quantityFault(given, 64);
    const value = Number(given);
    if (fault === null && value >= 0 && Number.isSafeInteger(value)) return value;
    context.addIssue({ code: "custom", message: fault ?? "want a number from 0 to 2^53 - 1" });
    return z.NEVER;
  })
  .meta({
    title: "a number, in hex or in decimal digits",
    anyOf: [
      { type: "integer", minimum: 0 },
      { type: "string", pattern: "^([0-9]+|0[xX](0|[1-9a-fA-F][0-9a-fA-F]*))$" },
    ],
  });
