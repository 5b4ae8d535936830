import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import type { NodeConfigFile } from "@causeway/node/config/nodeConfig";
import { nodePaths } from "@causeway/node/config/nodePaths";
import { createSafetyRecord } from "@causeway/node/record/createSafetyRecord";
import { recordPath } from "@causeway/node/record/safetyRecord";
import type { Address } from "@causeway/protocol/hex";
import { Wallet } from "ethers";
import { createKeyFile, createKeystore } from "../init/keyFile.js";
import { scryptNOf } from "../init/scryptN.js";
import { configText } from "../init/writeConfig.js";
import { usageError } from "../options.js";
import { readJson } from "../readJson.js";
import { readPassword } from "../readPassword.js";
import { replaceFile } from "../writeDrafts.js";
import { type OpenedNode, openKeyRing } from "./openNode.js";

/** As many as a configuration takes. */
const KEYSTORES_MAX = 8;

export interface RingKey {
  readonly address: Address;
  readonly keystore: string;
}

/**
 * Create a consensus key with its empty safety record (W5) and add it to the node's key ring. The configuration is
 * written last: a node never finds a key in it whose record is missing.
 * @throws CausewayError "Usage" when the ring is full; KeystoreError for an unreadable password file.
 */
export async function createKey(node: OpenedNode): Promise<RingKey> {
  const wallet = Wallet.createRandom();
  const key = await writeKey(node, wallet);
  createSafetyRecord(nodePaths(node.config.dataDir).safety, key.address, node.genesisHash);
  await addToRing(node, key);
  return key;
}

/**
 * Add a key there already is to the node's key ring, without a safety record: what it signed elsewhere is not known
 * here, so the node waits with it until that cannot matter (W5).
 * @throws CausewayError "Usage" when the ring is full or holds the key, or a record of it is left; KeystoreError.
 */
export async function importKey(node: OpenedNode, wallet: Wallet): Promise<RingKey> {
  const ring = await openKeyRing(node);
  const address = wallet.address.toLowerCase() as Address;
  if (ring.has(address)) throw usageError(`config ${node.path}: the key ring holds ${address} already`);
  requireNoRecord(node, address);
  const key = await writeKey(node, wallet);
  await addToRing(node, key);
  return key;
}

/** An old record would vouch for a key that may have signed elsewhere since: the node would sign at once (W5). */
function requireNoRecord({ config: { dataDir }, genesisHash }: OpenedNode, key: Address): void {
  const record = recordPath({ directory: nodePaths(dataDir).safety, key, genesisHash });
  if (!existsSync(record)) return;
  throw usageError(
    `${record} exists: this node held the key before, and its record does not know what the key signed elsewhere since (W5); remove the file, then import the key again`,
  );
}

/** Write the keystore, under the ring's password or, for the first key, a new one. */
async function writeKey(
  { path, dir, config, genesis }: OpenedNode,
  wallet: Pick<Wallet, "address" | "privateKey">,
): Promise<RingKey> {
  if (config.keystores.length >= KEYSTORES_MAX) {
    throw usageError(
      `config ${path}: "keystores" names ${config.keystores.length} files, the most there may be: take out those of keys that have left the set`,
    );
  }
  const name = freeName(dir);
  const keystore = join(dir, `${name}.json`);
  const scryptN = scryptNOf(genesis);
  const { address } =
    config.passwordFile === undefined
      ? await createKeyFile(dir, name, scryptN, wallet)
      : await createKeystore(keystore, wallet, await readPassword(config.passwordFile), scryptN);
  return { address, keystore };
}

async function addToRing({ path }: OpenedNode, { keystore }: RingKey): Promise<void> {
  const file = (await readJson(path)) as NodeConfigFile;
  const changed: NodeConfigFile = {
    ...file,
    keystores: [...(file.keystores ?? []), basename(keystore)],
    passwordFile: file.passwordFile ?? basename(keystore).replace(/json$/, "password"),
  };
  await replaceFile(path, configText(changed));
}

function freeName(dir: string): string {
  const taken = (name: string) => existsSync(join(dir, `${name}.json`));
  for (let i = 1; ; i++) {
    const name = i === 1 ? "consensus" : `consensus-${i}`;
    if (!taken(name)) return name;
  }
}
