import { CausewayError } from "@causeway/protocol/errors";
import { type Address, isHex } from "@causeway/protocol/hex";
import { InvalidArgumentError } from "commander";

export type UsageError = CausewayError<{ code: "Usage" }>;

export function usageError(message: string): UsageError {
  return new CausewayError({ code: "Usage" }, message);
}

/** A commander parser for an integer within bounds. */
export function integer(min: number, max: number): (value: string) => number {
  return (value) => {
    const number = Number(value);
    if (!/^[0-9]+$/.test(value) || number < min || number > max) {
      throw new InvalidArgumentError(`It must be a whole number from ${min} to ${max}.`);
    }
    return number;
  };
}

/** A commander parser for an amount that need not be whole. */
export function amount(value: string): number {
  if (!/^[0-9]{1,15}(?:\.[0-9]{1,18})?$/.test(value)) {
    throw new InvalidArgumentError("It must be a number such as 2 or 0.5.");
  }
  return Number(value);
}

export const port = integer(1, 65_535);

export function address(value: string): Address {
  const lower = value.toLowerCase();
  if (!isHex(lower, 20))
    throw new InvalidArgumentError("It must be an address: 0x and 40 hexadecimal digits.");
  return lower;
}

/** Of an RPC endpoint: every command asks over HTTP. */
export function url(value: string): string {
  const parsed = URL.canParse(value) ? new URL(value) : null;
  if (parsed === null || !["http:", "https:"].includes(parsed.protocol)) {
    throw new InvalidArgumentError("It must be an http or https URL.");
  }
  return value;
}

/** A commander parser for an option that is given several URLs. */
export function urls(value: string, previous: readonly string[] = []): readonly string[] {
  return [...previous, url(value)];
}
