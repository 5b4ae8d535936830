import { readFile } from "node:fs/promises";
import { CausewayError } from "@causeway/protocol/errors";
import type { z } from "zod";

/** Larger configuration files are a mistake. */
const CONFIG_BYTES_MAX = 32 * 1024 * 1024;

export type ConfigError = CausewayError<{ code: "ConfigInvalid"; path: string }>;

/**
 * @param what the file is, for errors: "config", "genesis".
 * @param prepare what is done to the text before it is parsed.
 * @throws {ConfigError} when the file is missing, too large or not JSON.
 */
export async function readJson(
  path: string,
  what = "config",
  prepare: (text: string) => string = (text) => text,
): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (cause) {
    throw configError(what, path, `cannot be read (${(cause as NodeJS.ErrnoException).code})`, cause);
  }
  if (text.length > CONFIG_BYTES_MAX)
    throw configError(what, path, `is larger than ${CONFIG_BYTES_MAX} bytes`);
  try {
    return JSON.parse(prepare(text));
  } catch (cause) {
    throw configError(what, path, `is not JSON: ${(cause as Error).message.replaceAll("\n", " ")}`, cause);
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
  if (issue?.code === "unrecognized_keys") {
    const key = [...issue.path, issue.keys[0]].join(".");
    throw configError("config", path, `"${key}" is not a known setting`);
  }
  const field = issue?.path.join(".") || "(root)";
  throw configError("config", path, `"${field}": ${issue?.message ?? "does not fit"}`);
}

function configError(what: string, path: string, problem: string, cause?: unknown): ConfigError {
  return new CausewayError({ code: "ConfigInvalid", path }, `${what} ${path}: ${problem}`, { cause });
}
