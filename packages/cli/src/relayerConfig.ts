import { dirname, resolve } from "node:path";
import { CausewayError } from "@causeway/protocol/errors";
import { parseRelayerConfig, type RelayerConfig, type relayerConfigSchema } from "@causeway/relayer/config";
import { z } from "zod";
import { parseConfig, readJson } from "./readJson.js";

/** Where genesis and key are, beside the relayer's own settings. */
const filesSchema = z.object({
  genesis: z.string().min(1),
  keystore: z.string().min(1),
  passwordFile: z.string().min(1),
});

/** A relayer's file as written. */
export type RelayerFile = z.input<typeof filesSchema> & z.input<typeof relayerConfigSchema>;

export interface RelayerSetup {
  readonly genesis: string;
  readonly keystore: string;
  readonly passwordFile: string;
  readonly config: RelayerConfig;
}

/**
 * Read a relayer's file; its relative paths are relative to the file.
 * @throws ConfigError or RelayerConfigError naming the first missing, wrong or unknown key.
 */
export async function readRelayerFile(path: string): Promise<RelayerSetup> {
  const json = await readJson(path);
  const files = parseConfig(path, json, filesSchema);
  const {
    genesis: _genesis,
    keystore: _keystore,
    passwordFile: _passwordFile,
    ...settings
  } = json as RelayerFile;
  const config = parseSettings(path, settings);
  const absolute = (relative: string) => resolve(dirname(resolve(path)), relative);
  return {
    genesis: absolute(files.genesis),
    keystore: absolute(files.keystore),
    passwordFile: absolute(files.passwordFile),
    config: { ...config, dataDir: absolute(config.dataDir) },
  };
}

function parseSettings(path: string, settings: unknown): RelayerConfig {
  try {
    return parseRelayerConfig(settings, process.env);
  } catch (error) {
    if (!(error instanceof CausewayError) || error.code !== "RelayerConfigInvalid") throw error;
    const problem = error.message.replace(/^relayer config: /, "");
    throw new CausewayError(error.type, `config ${path}: ${problem}`, { cause: error });
  }
}
