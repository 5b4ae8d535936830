import { CausewayError } from "./errors.js";
import type { GenesisError } from "./genesis.js";

/** How geth's JSON decoder reads what a file may say in several ways. */

export type JsonObject = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Each value of an object by its key; what is no object, as it is. */
export function mapValues(value: unknown, map: (value: unknown, key: string) => unknown): unknown {
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, at]) => [key, map(at, key)]));
}

/**
 * An object with every key of `known` in that spelling, whatever its case, and without what is null: to geth they are the
 * known key, and no key. Other keys stay as they are.
 * @param path of the object in the file, for errors.
 * @throws {GenesisError} like {@link renameKeys}.
 */
export function withKnownKeys(value: unknown, known: readonly string[], path: string): unknown {
  if (!isObject(value)) return value;
  const spellings = new Map(known.map((key) => [key.toLowerCase(), key]));
  const present = Object.fromEntries(Object.entries(value).filter(([, at]) => at !== null));
  return renameKeys(present, (key) => spellings.get(key.toLowerCase()) ?? key, path);
}

/** @throws {GenesisError} when two keys become one: only their order in the file would tell which of them holds. */
export function renameKeys(value: unknown, rename: (key: string) => string, path: string): unknown {
  if (!isObject(value)) return value;
  const renamed = new Map<string, unknown>();
  for (const [key, at] of Object.entries(value)) {
    const name = rename(key);
    if (renamed.has(name)) throw spelledTwice([path, name].filter((part) => part !== "").join("."));
    renamed.set(name, at);
  }
  return Object.fromEntries(renamed);
}

function spelledTwice(field: string): GenesisError {
  return new CausewayError({ code: "GenesisInvalid", field }, `genesis: ${field} is there in two spellings`);
}
