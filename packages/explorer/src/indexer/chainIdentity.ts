import type { SigningDomain } from "@causeway/protocol/eip712";
import { CausewayError } from "@causeway/protocol/errors";
import type { Database } from "../database/Database.js";
import { readMeta, writeMeta } from "../database/meta.js";
import { chainSchemas, toNumber } from "./chainTypes.js";
import { decode } from "./fetchBlock.js";
import { isMethodNotFound, type JsonRpc } from "./jsonRpc.js";

/** Which chain the node serves, and what it can prove. */
export interface ChainIdentity extends SigningDomain {
  /** Answer of web3_clientVersion. */
  readonly node: string;
  /** Whether blocks come with quorum certificates (X3). */
  readonly certified: boolean;
}

/**
 * Ask the node who it is and hold the database to it.
 * @throws {IndexContradiction} WrongChain when the database was made from another chain.
 * @throws {RpcError}
 */
export async function identifyChain(rpc: JsonRpc, database: Database): Promise<ChainIdentity> {
  const [chainId, genesis, node] = await rpc.batch([
    { method: "eth_chainId", params: [] },
    { method: "eth_getBlockByNumber", params: ["0x0", false] },
    { method: "web3_clientVersion", params: [] },
  ]);
  const genesisHash = decode(chainSchemas.header, genesis, "eth_getBlockByNumber", 0).hash;
  const identity: ChainIdentity = {
    chainId: toNumber(decode(chainSchemas.quantity, chainId, "eth_chainId", 0)),
    genesisHash,
    node: typeof node === "string" ? node.slice(0, 128) : "unknown",
    certified: await servesCertificates(rpc),
  };
  await bindDatabase(database, "chain", `${identity.chainId} ${genesisHash}`);
  return identity;
}

/** @throws {IndexContradiction} WrongChain when `key` is already bound to another value. */
export async function bindDatabase(database: Database, key: string, value: string): Promise<void> {
  const bound = await readMeta(database, key);
  if (bound === null) {
    await writeMeta(database, key, value);
    return;
  }
  if (bound === value) return;
  throw new CausewayError(
    { code: "WrongChain", have: bound, got: value },
    `explorer: this database was made from ${key} ${bound}, the node serves ${value}; use another data directory`,
  );
}

async function servesCertificates(rpc: JsonRpc): Promise<boolean> {
  try {
    await rpc.call("causeway_getCertificate", ["latest"]);
    return true;
  } catch (error) {
    if (isMethodNotFound(error)) return false;
    throw error;
  }
}
