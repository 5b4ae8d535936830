import { z } from "zod";
import type { Address } from "./hex.js";

/** What genesis files of either kind have in common. */

/** A JSON number, decimal string or 0x string, as geth accepts them. */
const quantity = z
  .union([
    z.int("must be a whole number up to 2^53 - 1, or a string").nonnegative("must not be negative"),
    z.string().regex(/^(?:0x[0-9a-fA-F]+|[0-9]+)$/, "must be a quantity"),
  ])
  .transform((value) => BigInt(value));

/** A quantity of so many bits. */
export const uint = (bits: number) =>
  quantity.refine((value) => value < 1n << BigInt(bits), { message: `must fit in ${bits} bits` });

/** Accounts by address. */
export const allocOf = <T extends z.ZodType>(account: T) =>
  z
    .record(z.string().regex(/^(?:0x)?[0-9a-fA-F]{40}$/, "must be an address of 20 bytes"), account)
    .refine((alloc) => areDistinct(Object.keys(alloc).map(normalAddress)), {
      message: "must name each address once",
    });

/** Storage by slot, each at most 32 bytes of hex. */
export const storageOf = <K extends z.ZodType<string, string>, V extends z.ZodType>(slot: K, value: V) =>
  z.record(slot, value).refine((storage) => areDistinct(Object.keys(storage).map(normalSlot)), {
    message: "must name each slot once",
  });

/** geth writes `alloc` keys with and without 0x. */
export function normalAddress(key: string): Address {
  return (key.startsWith("0x") ? key : `0x${key}`).toLowerCase() as Address;
}

/** geth writes slots with and without 0x and leading zeros. */
function normalSlot(key: string): string {
  return key.toLowerCase().replace(/^(?:0x)?0*/, "");
}

/** One key in several spellings would leave open which of them holds. */
function areDistinct(keys: readonly string[]): boolean {
  return new Set(keys).size === keys.length;
}

/** The first field that does not fit, and what is wrong with it. */
export function firstFault(error: z.ZodError): { readonly field: string; readonly problem: string } {
  const [issue] = error.issues;
  const field = issue?.path.join(".") || "(root)";
  const issues = issue?.code === "invalid_union" ? issue.errors.flat() : error.issues.slice(0, 1);
  const isMissing = issues.some(
    (at) => at.code === "invalid_type" && at.message.endsWith("received undefined"),
  );
  if (isMissing) return { field, problem: "is missing" };
  // Of a value that may be several things: what is wrong with it as that which it is.
  const telling = issues.find((at) => at.code !== "invalid_type") ?? issues[0];
  return { field, problem: telling?.message ?? "is not a genesis file" };
}
