import type { Address } from "@causeway/protocol/hex";
import type { Answer } from "../answer.js";
import type { LogLevel } from "./logLevel.js";

/** A connected peer as its operator sees it. */
export type AdminPeer = {
  readonly id: string;
  /** Validator key proven at the handshake (N1), null for a follower. */
  readonly validator: Address | null;
  readonly height: number;
  /** Points it was penalised with and that have not decayed yet; at the bound it is banned (N2). */
  readonly score: number;
};

/** A consensus key in this node's key ring. */
export type OwnKey = {
  readonly address: Address;
  /** Whether it seals the block being decided. */
  readonly inForce: boolean;
  /** Its safety record is missing: it signs nothing until a newer block is certified (W5). */
  readonly withoutRecord: boolean;
};

/** What the operator of a node may do to it and see of it. The node fills this port; it serves no votes (V4). */
export interface AdminPort {
  readonly clientVersion: string;
  readonly peerId: string;
  readonly dataDir: string;
  /** Listening multiaddrs. */
  addresses(): readonly string[];
  peers(): readonly AdminPeer[];
  /** @throws CausewayError "BootPeerInvalid" for an address that names no peer. */
  addPeer(address: string): Answer<boolean>;
  removePeer(peer: string): Answer<boolean>;
  setLogLevel(level: LogLevel): void;
  keys(): readonly OwnKey[];
}
