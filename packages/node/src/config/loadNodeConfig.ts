import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { CausewayError } from "@causeway/protocol/errors";
import { defaultIpcPath } from "./defaultIpcPath.js";
import { type NodeConfig, nodeConfigSchema } from "./nodeConfig.js";
import { type Overrides, withOverrides } from "./withOverrides.js";

export type NodeConfigError = CausewayError<{ code: "ConfigInvalid"; path: string; field: string }>;

/**
 * Read and check a node's config file; exit code 2 when it fails (X9).
 * @param overrides settings in the file's form that stand in its place; paths in them are absolute.
 * @throws {NodeConfigError} naming the file, the field and what is wrong with it.
 */
export function loadNodeConfig(path: string, overrides: Overrides = {}): NodeConfig {
  const parsed = nodeConfigSchema.safeParse(withOverrides(readJson(path), overrides));
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
    throw invalid(path, "(file)", `cannot be read (${(cause as NodeJS.ErrnoException).code})`, cause);
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw invalid(path, "(file)", `is not JSON: ${cause instanceof Error ? cause.message : cause}`, cause);
  }
}

function withAbsolutePaths(config: NodeConfig, base: string, path: string): NodeConfig {
  const { passwordFile, rpc, admin, ...rest } = config;
  if (config.keystores.length > 0 && passwordFile === undefined) {
    throw invalid(path, "passwordFile", `"passwordFile" is needed to open the keystores`);
  }
  const dataDir = resolve(base, config.dataDir);
  return {
    ...rest,
    genesis: resolve(base, config.genesis),
    dataDir,
    rpc: rpc && { ...rpc, ipcPath: ipcPath(rpc.ipcPath, base, dataDir) },
    admin: admin && { ...admin, jwtSecretFile: resolve(base, admin.jwtSecretFile) },
    keystores: config.keystores.map((keystore) => resolve(base, keystore)),
    ...(passwordFile === undefined ? {} : { passwordFile: resolve(base, passwordFile) }),
    p2p: { ...config.p2p, identityFile: resolve(base, config.p2p.identityFile) },
  };
}

function ipcPath(setting: string | null | undefined, base: string, dataDir: string) {
  if (setting === undefined) return defaultIpcPath(dataDir);
  return setting === null ? null : resolve(base, setting);
}

function invalid(path: string, field: string, problem: string, cause?: unknown): NodeConfigError {
  return new CausewayError({ code: "ConfigInvalid", path, field }, `config ${path}: ${problem}`, { cause });
}
