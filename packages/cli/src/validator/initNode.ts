import { existsSync } from "node:fs";
import { copyFile, mkdir } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import type { Address, Hash } from "@causeway/protocol/hex";
import { createValidatorKeys, listenAddress, writeNodeFolder } from "../init/nodeFolder.js";
import { scryptNOf } from "../init/scryptN.js";
import { usageError } from "../options.js";
import { readGenesis } from "../readGenesis.js";

export interface InitNodeOptions {
  readonly dir: string;
  /** Genesis file of the network to join; copied into the folder. */
  readonly genesis: string;
  readonly bootPeers: readonly string[];
  readonly ports: { readonly p2p: number; readonly rpc: number; readonly metrics: number };
}

export interface JoiningNode {
  readonly genesisHash: Hash;
  readonly consensusKey: Address;
  readonly operator: Address;
  /** As others name it in their `bootPeers`. */
  readonly multiaddr: string;
}

/**
 * Everything a node needs that joins a network there is: keys, safety record (W5), genesis, configuration.
 * @throws CausewayError "Usage" when the folder holds a node; GenesisError.
 */
export async function initNode({
  dir,
  genesis: path,
  bootPeers,
  ports,
}: InitNodeOptions): Promise<JoiningNode> {
  requireFreshDirectory(dir);
  const genesis = await readGenesis(path);
  const { genesisBlock } = await import("@causeway/chain/genesis/genesisBlock");
  const { hash: genesisHash } = await genesisBlock(genesis);
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const keys = await createValidatorKeys(dir, scryptNOf(genesis));
  await copyFile(path, join(dir, "genesis.json"));
  const name = basename(resolve(dir)).replaceAll(/[^a-zA-Z0-9._-]/g, "-");
  await writeNodeFolder(keys, { name, genesis: "genesis.json", genesisHash, ports, bootPeers });
  return {
    genesisHash,
    consensusKey: keys.consensus.address,
    operator: keys.operator.address,
    multiaddr: `${listenAddress(ports.p2p)}/p2p/${keys.peerId}`,
  };
}

/** The configuration is written last: where it is, everything is. */
function requireFreshDirectory(dir: string): void {
  const config = join(dir, "config.json");
  if (existsSync(config))
    throw usageError(`${config} exists: --dir ${dir} already holds a node, and keys are never overwritten`);
  const begun = ["consensus.json", "genesis.json"].find((name) => existsSync(join(dir, name)));
  if (begun !== undefined)
    throw usageError(
      `${join(dir, begun)} exists without ${config}: if an init-node into --dir ${dir} was broken off, nobody has its keys: remove what it left and run this again; else give another --dir`,
    );
}
