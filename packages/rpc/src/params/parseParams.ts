import type { z } from "zod";
import { invalidParams, type RpcError } from "../rpcError.js";
import { countValues } from "./countValues.js";
import { wordsFor } from "./wordsFor.js";

/**
 * Values that the parameters of a call may hold, members and elements of all depths: to look at each and say what is wrong
 * with it takes a microsecond or two. What clients send stays far below.
 */
const VALUES_MAX = 100_000;
/** Characters of an offending value repeated in an error. */
const VALUE_EXCERPT_CHARS = 80;

/**
 * Decode positional parameters in geth's manner: null counts as left out, more than declared is an error.
 * @throws {RpcError} -32602 naming the index, the field and the value.
 */
export function parseParams(schemas: readonly z.ZodType[], given: unknown): unknown[] {
  const values = given ?? [];
  if (!Array.isArray(values)) throw invalidParams("non-array args");
  if (values.length > schemas.length) {
    throw invalidParams(`too many arguments, want at most ${schemas.length}`);
  }
  if (countValues(values, VALUES_MAX) > VALUES_MAX) {
    throw invalidParams(`the arguments hold too many values, want at most ${VALUES_MAX}`);
  }
  return schemas.map((schema, index) => parseParam(schema, values[index] ?? undefined, index));
}

/** Decode the parameter at `index`. @throws {RpcError} -32602 as {@link parseParams}. */
export function parseParam<T>(schema: z.ZodType<T>, value: unknown, index: number): T {
  const parsed = schema.safeParse(value, { error: wordsFor });
  if (parsed.success) return parsed.data;
  if (value === undefined) throw invalidParams(`missing value for required argument ${index}`);
  throw invalidArgument(index, value, parsed.error.issues[0]);
}

function invalidArgument(index: number, value: unknown, issue: z.core.$ZodIssue | undefined): RpcError {
  const path = issue?.path ?? [];
  const field = path.length === 0 ? "" : `${path.map(String).join(".")}: `;
  return invalidParams(
    `invalid argument ${index}: ${field}${issue?.message ?? "invalid"}, got ${excerpt(valueAt(value, path))}`,
  );
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (at, key) => (typeof at === "object" && at !== null ? (at as Record<PropertyKey, unknown>)[key] : at),
    value,
  );
}

function excerpt(value: unknown): string {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length <= VALUE_EXCERPT_CHARS ? text : `${text.slice(0, VALUE_EXCERPT_CHARS)}...`;
}
