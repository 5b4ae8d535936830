import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { peerIdOf } from "@causeway/network/connections/identity";
import type { NodeConfigFile } from "@causeway/node/config/nodeConfig";
import { nodePaths } from "@causeway/node/config/nodePaths";
import { createSafetyRecord } from "@causeway/node/record/createSafetyRecord";
import { type Hash, toHex } from "@causeway/protocol/hex";
import { createKeyFile, type KeyFile, writeSecret } from "./keyFile.js";
import { writeConfig } from "./writeConfig.js";

/** Every address in a new configuration, until its operator changes it. */
export const HOST = "127.0.0.1";
const IDENTITY_SEED_BYTES = 32;

/** The new keys of one validator (V4): the node's consensus key and identity, and its operator's account. */
export interface ValidatorKeys {
  readonly dir: string;
  readonly consensus: KeyFile;
  readonly operator: KeyFile;
  readonly peerId: string;
}

export interface NodeFolderOptions {
  readonly name: string;
  /** Path of the genesis file, relative to the folder. */
  readonly genesis: string;
  readonly genesisHash: Hash;
  readonly ports: { readonly p2p: number; readonly rpc: number; readonly metrics: number };
  /** Multiaddrs that end in /p2p/<peer id>. */
  readonly bootPeers: readonly string[];
  /** Browser pages that may call the RPC. */
  readonly origins?: readonly string[];
}

/** Create the keys of a validator in `dir`. Nothing is ever overwritten. */
export async function createValidatorKeys(dir: string, scryptN: number): Promise<ValidatorKeys> {
  const consensus = await createKeyFile(dir, "consensus", scryptN);
  const operator = await createKeyFile(dir, "operator", scryptN);
  const seed = randomBytes(IDENTITY_SEED_BYTES);
  await writeSecret(join(dir, "identity.key"), `${toHex(seed)}\n`);
  return { dir, consensus, operator, peerId: peerIdOf(seed) };
}

/** The configuration beside these keys, and the safety record that comes with a consensus key (W5). */
export async function writeNodeFolder(
  { dir, consensus }: ValidatorKeys,
  { name, genesis, genesisHash, ports, bootPeers, origins }: NodeFolderOptions,
): Promise<void> {
  const config: NodeConfigFile = {
    name,
    genesis,
    dataDir: ".",
    keystores: ["consensus.json"],
    passwordFile: "consensus.password",
    p2p: {
      identityFile: "identity.key",
      listen: [listenAddress(ports.p2p)],
      bootPeers: [...bootPeers],
    },
    rpc: { host: HOST, port: ports.rpc, ...(origins === undefined ? {} : { origins: [...origins] }) },
    metrics: { host: HOST, port: ports.metrics },
  };
  // The record first: no node finds a key in its configuration whose record is missing.
  createSafetyRecord(nodePaths(dir).safety, consensus.address, genesisHash);
  await writeConfig(dir, config);
}

export function listenAddress(p2pPort: number): string {
  return `/ip4/${HOST}/tcp/${p2pPort}`;
}
