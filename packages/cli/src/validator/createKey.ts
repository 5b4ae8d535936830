import { existsSync } from "node:fs";
import { rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { NodeConfigFile } from "@causeway/node/config/nodeConfig";
import { nodePaths } from "@causeway/node/config/nodePaths";
import { createSafetyRecord } from "@causeway/node/record/createSafetyRecord";
import type { Address } from "@causeway/protocol/hex";
import { createKeyFile, createKeystore } from "../init/keyFile.js";
import { scryptNOf } from "../init/scryptN.js";
import { configText } from "../init/writeConfig.js";
import { usageError } from "../options.js";
import { readJson } from "../readJson.js";
import { readPassword } from "../readPassword.js";
import type { OpenedNode } from "./openNode.js";

/** As many as a configuration takes. */
const KEYSTORES_MAX = 8;

export interface CreatedKey {
  readonly address: Address;
  readonly keystore: string;
}

/**
 * Create a consensus key with its empty safety record (W5) and add it to the node's key ring. The configuration is
 * written last: a node never finds a key in it whose record is missing.
 * @throws CausewayError "Usage" when the ring is full; KeystoreError for an unreadable password file.
 */
export async function createKey({
  path,
  dir,
  config,
  genesis,
  genesisHash,
}: OpenedNode): Promise<CreatedKey> {
  if (config.keystores.length >= KEYSTORES_MAX) {
    throw usageError(
      `config ${path}: "keystores" names ${config.keystores.length} files, the most there may be: take out those of keys that have left the set`,
    );
  }
  const file = (await readJson(path)) as NodeConfigFile;
  const name = freeName(dir);
  const keystore = join(dir, `${name}.json`);
  const scryptN = scryptNOf(genesis);
  const { address } =
    config.passwordFile === undefined
      ? await createKeyFile(dir, name, scryptN)
      : await createKeystore(keystore, await readPassword(config.passwordFile), scryptN);
  createSafetyRecord(nodePaths(config.dataDir).safety, address, genesisHash);
  const changed: NodeConfigFile = {
    ...file,
    keystores: [...(file.keystores ?? []), `${name}.json`],
    passwordFile: file.passwordFile ?? `${name}.password`,
  };
  await writeFile(`${path}.new`, configText(changed));
  await rename(`${path}.new`, path);
  return { address, keystore };
}

function freeName(dir: string): string {
  const taken = (name: string) => existsSync(join(dir, `${name}.json`));
  for (let i = 1; ; i++) {
    const name = i === 1 ? "consensus" : `consensus-${i}`;
    if (!taken(name)) return name;
  }
}
