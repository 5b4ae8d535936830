import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { CausewayError } from "@causeway/protocol/errors";
import { type NodeConfig, nodeConfigSchema } from "./nodeConfig.js";

export type NodeConfigError = CausewayError<{ code: "ConfigInvalid"; path: string; field: string }>;

/**
 * Read and check a node's config file; exit code 2 when it fails (X9).
 * @throws {NodeConfigError} naming the file, the field and what is wrong with it.
 */
export function loadNodeConfig(path: string): NodeConfig {
  const parsed = nodeConfigSchema.safeParse(readJson(path));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const field = issue?.path.join(".") || "(root)";
    if (issue?.code === "unrecognized_keys") {
      const key = [...issue.path, issue.keys[0]].join(".");
      throw invalid(path, key, `"${key}" is not a known setting`);
    }
    throw invalid(path, field, `"${field}" ${issue?.message ?? "is invalid"}`);
  }
  return withAbsolutePaths(parsed.data, dirname(resolve(path)), path);
}

function readJson(path: string): unknown {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (cause) {
    throw invalid(path, "(file)", "cannot be read", cause);
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw invalid(path, "(file)", `is not JSON: ${cause instanceof Error ? cause.message : cause}`, cause);
  }
}

function withAbsolutePaths(config: NodeConfig, base: string, path: string): NodeConfig {
  const { passwordFile, ...rest } = config;
  if (config.keystores.length > 0 && passwordFile === undefined) {
    throw invalid(path, "passwordFile", `"passwordFile" is needed to open the keystores`);
  }
  return {
    ...rest,
    genesis: resolve(base, config.genesis),
    dataDir: resolve(base, config.dataDir),
    keystores: config.keystores.map((keystore) => resolve(base, keystore)),
    ...(passwordFile === undefined ? {} : { passwordFile: resolve(base, passwordFile) }),
    p2p: { ...config.p2p, identityFile: resolve(base, config.p2p.identityFile) },
  };
}

function invalid(path: string, field: string, problem: string, cause?: unknown): NodeConfigError {
  return new CausewayError({ code: "ConfigInvalid", path, field }, `config ${path}: ${problem}`, { cause });
}
