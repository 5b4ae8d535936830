import { readFile } from "node:fs/promises";
import { CausewayError } from "@causeway/protocol/errors";
import type { z } from "zod";

/** Larger configuration files are a mistake. */
const CONFIG_BYTES_MAX = 32 * 1024 * 1024;

export type ConfigError = CausewayError<{ code: "ConfigInvalid"; path: string }>;

/** @throws {ConfigError} when the file is missing, too large or not JSON. */
export async function readJson(path: string): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (cause) {
    throw configError(path, `cannot be read: ${(cause as Error).message}`, cause);
  }
  if (text.length > CONFIG_BYTES_MAX) throw configError(path, `is larger than ${CONFIG_BYTES_MAX} bytes`);
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw configError(path, `is not JSON: ${(cause as Error).message}`, cause);
  }
}

/** @throws {ConfigError} naming the first field that does not fit, unknown keys included. */
export async function readConfig<T>(path: string, schema: z.ZodType<T>): Promise<T> {
  return parseConfig(path, await readJson(path), schema);
}

/** Like {@link readConfig}, of JSON already read from `path`. */
export function parseConfig<T>(path: string, json: unknown, schema: z.ZodType<T>): T {
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw configError(path, `${issue?.path.join(".") || "(root)"}: ${issue?.message ?? "does not fit"}`);
}

function configError(path: string, problem: string, cause?: unknown): ConfigError {
  return new CausewayError({ code: "ConfigInvalid", path }, `config ${path}: ${problem}`, { cause });
}
