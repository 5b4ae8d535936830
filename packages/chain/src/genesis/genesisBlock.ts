import type { Genesis } from "@causeway/protocol/genesis";
import { type Hash, ZERO_HASH } from "@causeway/protocol/hex";
import {
  type CausewayHeaderFields,
  EMPTY_BLOOM,
  EMPTY_LIST_HASH,
  EMPTY_ROOT,
  headerHash,
  ZERO_NONCE,
} from "../codec/header.js";
import { EMPTY_REQUESTS_HASH } from "../codec/requestsHash.js";
import { loadPrecompileBackends } from "../crypto/precompileBackends.js";
import { chainCommon } from "../engine/ethereumjs/chainCommon.js";
import type { CausewayHeader, Header } from "../types/header.js";
import { genesisState } from "./genesisState.js";

/** Block 0 with all its state; computed without any database. */
export interface GenesisBlock<H extends Header = Header> {
  readonly hash: Hash;
  readonly stateRoot: Hash;
  /** Whole seconds. */
  readonly timestamp: number;
  readonly header: H;
  /** Trie nodes and code of the state, by the store's key. */
  readonly nodes: ReadonlyMap<string, Uint8Array>;
}

/** H0. Deterministic: the bridge deployment and `causeway init` take genesisHash and stateRoot from here. */
export async function genesisBlock(genesis: Genesis): Promise<GenesisBlock<CausewayHeader>> {
  const common = chainCommon(genesis.config, await loadPrecompileBackends());
  const { stateRoot, nodes } = await genesisState(genesis.alloc, common);
  const fields = genesisHeader(genesis, stateRoot);
  const hash = headerHash(fields);
  return { hash, stateRoot, timestamp: fields.timestamp, header: { ...fields, hash }, nodes };
}

/** Block 0 over a given state. */
export function genesisHeader(genesis: Genesis, stateRoot: Hash): CausewayHeaderFields {
  return {
    parentHash: ZERO_HASH,
    sha3Uncles: EMPTY_LIST_HASH,
    miner: genesis.coinbase,
    stateRoot,
    transactionsRoot: EMPTY_ROOT,
    receiptsRoot: EMPTY_ROOT,
    logsBloom: EMPTY_BLOOM,
    difficulty: 0n,
    number: 0,
    gasLimit: genesis.gasLimit,
    gasUsed: 0n,
    timestamp: Number(genesis.timestamp),
    extraData: genesis.extraData,
    mixHash: genesis.mixHash,
    nonce: ZERO_NONCE,
    baseFeePerGas: genesis.baseFeePerGas,
    withdrawalsRoot: EMPTY_ROOT,
    blobGasUsed: 0n,
    excessBlobGas: 0n,
    parentBeaconBlockRoot: ZERO_HASH,
    requestsHash: EMPTY_REQUESTS_HASH,
  };
}
