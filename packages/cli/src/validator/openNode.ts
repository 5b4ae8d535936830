import { dirname, resolve } from "node:path";
import { loadNodeConfig } from "@causeway/node/config/loadNodeConfig";
import type { NodeConfig } from "@causeway/node/config/nodeConfig";
import type { Genesis } from "@causeway/protocol/genesis";
import type { Address, Hash } from "@causeway/protocol/hex";
import type { Wallet } from "ethers";
import { usageError } from "../options.js";
import { readGenesis } from "../readGenesis.js";
import { readKeyFile } from "../readKeyFile.js";

/** A node's folder as the commands for its consensus keys see it; the node may run meanwhile. */
export interface OpenedNode {
  /** Of the configuration. */
  readonly path: string;
  readonly dir: string;
  readonly config: NodeConfig;
  readonly genesis: Genesis;
  readonly genesisHash: Hash;
}

/** @throws NodeConfigError, GenesisError naming file and field. */
export async function openNode(path: string): Promise<OpenedNode> {
  const config = loadNodeConfig(path);
  const genesis = await readGenesis(config.genesis);
  const { genesisBlock } = await import("@causeway/chain/genesis/genesisBlock");
  return {
    path,
    dir: dirname(resolve(path)),
    config,
    genesis,
    genesisHash: (await genesisBlock(genesis)).hash,
  };
}

/** The consensus keys of a node's key ring by address (V4). @throws KeystoreError */
export async function openKeyRing({ config }: OpenedNode): Promise<ReadonlyMap<Address, Wallet>> {
  const wallets = await Promise.all(
    config.keystores.map((keystore) => readKeyFile(keystore, config.passwordFile ?? "")),
  );
  return new Map(wallets.map((wallet) => [wallet.address.toLowerCase() as Address, wallet]));
}

/**
 * The one key of the ring that is meant: the one asked for, or the only one that `fits`.
 * @param what the key is wanted for, for the error.
 */
export function chooseKey(
  keys: ReadonlyMap<Address, Wallet>,
  asked: Address | undefined,
  what: string,
  fits: (key: Address) => boolean,
): Wallet {
  const held = [...keys.keys()];
  if (asked !== undefined) {
    const wallet = keys.get(asked);
    if (wallet !== undefined) return wallet;
    throw usageError(`--key ${asked} is not in the node's key ring, which holds ${listed(held)}`);
  }
  const fitting = held.filter(fits);
  const [only] = fitting;
  if (only !== undefined && fitting.length === 1) return keys.get(only) as Wallet;
  throw usageError(
    fitting.length === 0
      ? `no key of the node is ${what}; its ring holds ${listed(held)}`
      : `several keys of the node are ${what}: ${listed(fitting)}; say which with --key`,
  );
}

function listed(keys: readonly Address[]): string {
  return keys.length === 0 ? "none" : keys.join(", ");
}
