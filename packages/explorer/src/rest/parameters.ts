import type { Address, Hash } from "@causeway/protocol/hex";
import { badParameter } from "./requestError.js";

/** Query or path parameters as the HTTP library hands them over. */
export type Parameters = Readonly<Record<string, unknown>>;

export const PAGE_LIMIT_DEFAULT = 25;
export const PAGE_LIMIT_MAX = 100;

/** Refuse what the route does not know, so that a misspelt filter is not silently ignored. */
export function onlyParameters(query: Parameters, known: readonly string[]): void {
  for (const name of Object.keys(query))
    if (!known.includes(name))
      throw badParameter(name, query[name], `is unknown here; known: ${known.join(", ") || "none"}`);
}

export function integerParameter(
  query: Parameters,
  name: string,
  { min, max, fallback }: { min: number; max: number; fallback: number },
): number {
  const value = query[name];
  if (value === undefined) return fallback;
  if (typeof value === "string" && /^[0-9]{1,16}$/.test(value)) {
    const number = Number(value);
    if (number >= min && number <= max) return number;
  }
  throw badParameter(name, value, `is not an integer from ${min} to ${max}`);
}

export function limitParameter(query: Parameters, max = PAGE_LIMIT_MAX): number {
  return integerParameter(query, "limit", { min: 1, max, fallback: PAGE_LIMIT_DEFAULT });
}

export function heightParameter(query: Parameters, name: string, fallback: number): number {
  return integerParameter(query, name, { min: 0, max: Number.MAX_SAFE_INTEGER, fallback });
}

export function choiceParameter<T extends string>(
  query: Parameters,
  name: string,
  choices: readonly T[],
): T | null {
  const value = query[name];
  if (value === undefined) return null;
  const choice = choices.find((c) => c === value);
  if (choice === undefined) throw badParameter(name, value, `is not one of ${choices.join(", ")}`);
  return choice;
}

/** Position of a transaction in the chain, written `<block>.<index>`; pages go on before it. */
export interface TransactionPosition {
  readonly block: number;
  readonly index: number;
}

export function positionParameter(query: Parameters, name: string): TransactionPosition | null {
  const value = query[name];
  if (value === undefined) return null;
  const match = typeof value === "string" ? /^([0-9]{1,15})\.([0-9]{1,9})$/.exec(value) : null;
  if (match === null) throw badParameter(name, value, "is not <block>.<index>");
  return { block: Number(match[1]), index: Number(match[2]) };
}

export function hashOf(value: unknown, name: string): Hash {
  if (typeof value === "string" && /^0x[0-9a-fA-F]{64}$/.test(value)) return value.toLowerCase() as Hash;
  throw badParameter(name, value, "is not 32 bytes of 0x hex");
}

export function addressOf(value: unknown, name: string): Address {
  if (typeof value === "string" && /^0x[0-9a-fA-F]{40}$/.test(value)) return value.toLowerCase() as Address;
  throw badParameter(name, value, "is not an address: 20 bytes of 0x hex");
}
