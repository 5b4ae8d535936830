import type { SigningDomain } from "@causeway/protocol/eip712";
import type { BridgeConfig, Genesis } from "@causeway/protocol/genesis";
import type { Hash } from "@causeway/protocol/hex";
import { BridgeError } from "./bridgeError.js";
import { quantity, type RpcReader } from "./rpc/rpcReader.js";
import { readHeader } from "./sidechain/readHeader.js";

/** Both chains of one bridge, and what binds them. `domain` is the one validators seal in (C2). */
export interface BridgeSides {
  readonly l1: RpcReader;
  readonly sidechain: RpcReader;
  readonly bridge: BridgeConfig;
  readonly domain: SigningDomain;
}

/**
 * Connect to both chains and make sure they are the ones the genesis names.
 * @throws {BridgeError} NoBridge; WrongChain when a chain id or the genesis block's config hash (H0) differs.
 */
export async function connectBridge(
  l1: RpcReader,
  sidechain: RpcReader,
  genesis: Genesis,
): Promise<BridgeSides> {
  const bridge = genesis.config.causeway.bridge;
  if (bridge === null) throw new BridgeError({ code: "NoBridge" }, "genesis: config.causeway.bridge is null");
  await requireChainId(l1, bridge.l1ChainId);
  await requireChainId(sidechain, genesis.config.chainId);
  const genesisHash = await readGenesisHash(sidechain, genesis);
  return { l1, sidechain, bridge, domain: { chainId: genesis.config.chainId, genesisHash } };
}

/** @throws {BridgeError} WrongChain. */
export async function requireChainId(reader: RpcReader, expected: number): Promise<void> {
  const answer = await reader.send("eth_chainId", []);
  const actual = typeof answer === "string" ? BigInt(answer) : -1n;
  if (actual !== BigInt(expected)) {
    throw new BridgeError(
      { code: "WrongChain", expected: BigInt(expected), actual },
      `the node's chain id is ${actual}, the genesis says ${expected} (${quantity(expected)})`,
    );
  }
}

/** Block 0's hash, of a chain that began with this genesis. @throws {BridgeError} WrongChain. */
export async function readGenesisHash(sidechain: RpcReader, genesis: Genesis): Promise<Hash> {
  const header = await readHeader(sidechain, 0);
  if (header.mixHash !== genesis.mixHash || header.extraData !== genesis.extraData) {
    throw new BridgeError(
      { code: "WrongChain", expected: BigInt(genesis.mixHash), actual: BigInt(header.mixHash) },
      `the node's genesis block has mixHash ${header.mixHash}, the genesis file ${genesis.mixHash} (H0)`,
    );
  }
  return header.hash;
}
