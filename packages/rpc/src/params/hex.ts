import type { Address, Hash, Hex } from "@causeway/protocol/hex";
import { z } from "zod";

/** geth's words for what is wrong with a hex string; null when nothing is. */
function hexFault(text: string): string | null {
  if (text === "") return "empty hex string";
  if (!/^0x/i.test(text)) return "hex string without 0x prefix";
  return null;
}

/** geth takes an empty string for no bytes, and for 0. */
const orEmpty = (fault: (text: string) => string | null) => (text: string) =>
  text === "" ? null : fault(text);

function bytesFault(text: string): string | null {
  const fault = hexFault(text);
  if (fault !== null) return fault;
  if (!/^0x[0-9a-f]*$/i.test(text)) return "invalid hex string";
  return text.length % 2 === 0 ? null : "hex string of odd length";
}

/** geth's words for what is wrong with a quantity of at most `bits`; null when nothing is. */
export function quantityFault(text: string, bits: number): string | null {
  const fault = hexFault(text);
  if (fault !== null) return fault;
  if (text.length === 2) return 'hex string "0x"';
  if (!/^0x[0-9a-f]+$/i.test(text)) return "invalid hex string";
  if (text[2] === "0" && text.length > 3) return "hex number with leading zero digits";
  return text.length - 2 > bits / 4 ? `hex number > ${bits} bits` : null;
}

function checked(fault: (text: string) => string | null) {
  return z.string("want a hex string").superRefine((text, context) => {
    const message = fault(text);
    if (message !== null) context.addIssue({ code: "custom", message });
  });
}

/** For rpc.discover: no leading zeros. */
const UINT = { title: "hex encoded unsigned integer", pattern: "^(0[xX](0|[1-9a-fA-F][0-9a-fA-F]*))?$" };

const lower = (text: string) => text.toLowerCase() as Hex;

function fixedBytes(length: number, noun: string) {
  return checked((text) => {
    const digits = text.length - 2;
    const fault = bytesFault(text);
    if (fault !== null) return fault;
    return digits === 2 * length ? null : `hex string has length ${digits}, want ${2 * length} for ${noun}`;
  }).transform(lower);
}

function quantity(bits: number) {
  return checked(orEmpty((text) => quantityFault(text, bits)))
    .transform((text) => BigInt(text))
    .meta({ ...UINT, title: `hex encoded ${bits} bit unsigned integer` });
}

export const address: z.ZodType<Address> = fixedBytes(20, "address").meta({
  title: "hex encoded address",
  pattern: "^0[xX][0-9a-fA-F]{40}$",
});
export const hash: z.ZodType<Hash> = fixedBytes(32, "hash").meta({
  title: "32 byte hex value",
  pattern: "^0[xX][0-9a-fA-F]{64}$",
});
export const bytes: z.ZodType<Hex> = checked(orEmpty(bytesFault))
  .transform((text) => (text === "" ? "0x" : lower(text)))
  .meta({ title: "hex encoded bytes", pattern: "^(0[xX]([0-9a-fA-F]{2})*)?$" });
/** Wei, up to 256 bits. */
export const wei: z.ZodType<bigint> = quantity(256);
/** Gas and nonces, up to 64 bits. */
export const uint64: z.ZodType<bigint> = quantity(64);
/** Heights, times, indices: what a JavaScript number holds exactly. */
export const safeInteger: z.ZodType<number> = checked(orEmpty((text) => quantityFault(text, 64)))
  .transform(Number)
  .refine(Number.isSafeInteger, "number too large")
  .meta(UINT);
