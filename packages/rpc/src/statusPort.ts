import type { Address } from "@causeway/protocol/hex";
import type { Answer } from "./answer.js";
import type { Json } from "./json.js";

export interface SyncProgress {
  readonly startingBlock: number;
  readonly currentBlock: number;
  readonly highestBlock: number;
}

/** A connected peer as `causeway_status` shows it. */
export type PeerStatus = {
  readonly id: string;
  /** Validator key proven at the handshake (N1), null for a follower. */
  readonly validator: Address | null;
  readonly height: number;
};

/** What only the running node knows. The node fills this port; it may be on another thread. */
export interface StatusPort {
  /** e.g. "Causeway/v0.1.0/linux-x64/node20.20.0". */
  readonly clientVersion: string;
  /** Least tip the pool takes (chain spec minTipWei), in wei. */
  readonly minTipWei: bigint;
  /** Address this node signs blocks with, null for a follower. */
  coinbase(): Answer<Address | null>;
  /** false once a certificate younger than two empty periods was seen (F4). */
  syncing(): Answer<false | SyncProgress>;
  /** Whether the p2p port accepts connections. */
  listening(): Answer<boolean>;
  peers(): Answer<readonly PeerStatus[]>;
  /** Why the node stopped voting and importing (F2, H5); null while all is well. */
  halted(): Answer<string | null>;
  /** How often each rule refused something, by rule and field, e.g. {"H1.withdrawals": 3} (X9). */
  refused(): Answer<Readonly<Record<string, number>>>;
  /** A page of the evidence against validators, oldest first, and safety stops (F2, F3). */
  evidence(page: { readonly from: number; readonly count: number }): Answer<Json>;
  /** The height being decided, its round, and the votes held; null before the first head. */
  rounds(): Answer<Json>;
  /** Further fields of `causeway_status`: round, executed blocks, uptime. */
  details(): Answer<{ readonly [field: string]: Json }>;
}
