import type { Block } from "@causeway/protocol/block";
import type { CertifiedBlock } from "@causeway/protocol/certifiedBlock";
import type { ConsensusMessage } from "@causeway/protocol/consensusMessage";
import type { ForkId } from "@causeway/protocol/forkId";
import type { Address, Hash, Signature } from "@causeway/protocol/hex";
import type { VoteDomain } from "@causeway/protocol/voteDomain";
import type { HeadAnnouncement } from "@causeway/protocol/wire/headCodec";

export type { CertifiedBlock, HeadAnnouncement };

/** A connected, handshaken peer (N1). */
export interface Peer {
  readonly id: string;
  /** Validator key proven last for this channel, null for a follower. */
  readonly validator: Address | null;
  /** Height it last told us. */
  readonly height: number;
  readonly score: number;
}

/** An announced head: passed on to others; kept back, for it is old or cannot be judged yet; or forged, its peer's fault. */
export type HeadVerdict = "accept" | "ignore" | "reject";

/**
 * A gossiped transaction: pooled and passed on to others; refused, which may be nobody's fault, and kept back; or one that
 * no node of this chain can have pooled, its peer's fault.
 */
export type TransactionVerdict = "accept" | "ignore" | "reject";

/** What the network asks of its host. A handler that throws ends the process as an uncaught error; what handlers are given is decoded, bounded and, for messages, recovered. */
export interface NetworkHandlers {
  onConsensusMessage(peer: string, message: ConsensusMessage): void;
  /** A decided block sent by a peer in answer to an old message (C11). */
  onDecided(peer: string, decided: CertifiedBlock): void;
  /** A transaction was gossiped. While one is judged, its peer's next ones wait. */
  onTransaction(peer: string, transaction: Uint8Array): Promise<TransactionVerdict>;
  /** A head was announced. Header and certificate agree; whether the seals hold is for the host, who knows S(h). */
  onHeadAnnounced(peer: string, head: HeadAnnouncement): Promise<HeadVerdict>;
  onPeerConnected(peer: Peer): void;
  onPeerDisconnected(peer: string): void;
  /** A peer or its bytes were refused by this rule and field, to be counted (X9). */
  onRefused?(rule: string): void;
  /** Serve sync: up to `count` finalized blocks from `from`, fewer when the chain ends or the answer grows too large. */
  readBlocks(from: number, count: number): Promise<CertifiedBlock[]>;
  /** Serve a block by hash, finalized or proposed (C2). */
  readBlock(hash: Hash): Promise<Block | null>;
  /** Serve a peer that has just connected: raw pooled transactions, the most useful first; what is beyond one answer is left out. */
  readPool(): readonly Uint8Array[];
  /** This node's head height for handshake and status. */
  headHeight(): number;
  /** Prove the validator key for this channel (N1): sign the Handshake digest; null for a follower. */
  signHandshake(digest: Hash): { readonly validator: Address; readonly signature: Signature } | null;
}

/** The network as its host uses it. */
export interface NetworkPort {
  readonly peerId: string;
  /** Listening multiaddrs including /p2p/<peerId>. */
  readonly addresses: readonly string[];
  start(): Promise<void>;
  stop(): Promise<void>;
  peers(): readonly Peer[];
  /**
   * Keep a peer connected and admit it, as a boot peer, until the process ends.
   * @param address multiaddr that ends in /p2p/<peer id>.
   * @returns false when it is kept already, or is this node.
   * @throws NetworkError "BootPeerInvalid".
   */
  addPeer(address: string): boolean;
  /**
   * Keep a peer connected no longer, and disconnect it. It may come back by itself where the allowlist admits it.
   * @returns false when it was neither kept nor connected.
   */
  removePeer(peer: string): boolean;
  /** Send to every peer that has not said it has it, over direct streams (C11, N2). Bounded queue per peer, oldest dropped. */
  broadcastConsensus(message: ConsensusMessage): void;
  /** Pass on what `from` brought to every peer that lacks it, at once or when it does not get it otherwise (N2). */
  relayConsensus(message: ConsensusMessage, from: string): void;
  sendConsensus(peer: string, message: ConsensusMessage): void;
  /** The key that `signHandshake` answers with is another now: prove it on every channel (N1, V4). */
  proveKey(): void;
  sendDecided(peer: string, decided: CertifiedBlock): void;
  publishTransaction(transaction: Uint8Array): void;
  publishHead(decided: CertifiedBlock): void;
  /** @throws NetworkError on timeout, a malformed or oversized answer, or a lost peer. */
  requestBlocks(peer: string, from: number, count: number, signal?: AbortSignal): Promise<CertifiedBlock[]>;
  requestBlock(peer: string, hash: Hash, signal?: AbortSignal): Promise<Block | null>;
  /** What the peer has pooled, raw and bounded, of the shape gossip takes: gossip carries only what comes later (N2). */
  requestPool(peer: string): Promise<readonly Uint8Array[]>;
  /** Lower the peer's score for a broken rule; at the bound it is disconnected and banned for a while. */
  penalise(peer: string, rule: string, points: number): void;
}

/** Identity and limits of the local network node. */
export interface NetworkOptions {
  /** 32-byte ed25519 seed of the node identity, not the consensus key. */
  readonly identitySeed: Uint8Array;
  /** Multiaddrs to listen on, e.g. /ip4/127.0.0.1/tcp/30401. */
  readonly listen: readonly string[];
  /** Multiaddrs with /p2p/<peerId> that are dialled and redialled for ever with backoff. */
  readonly bootPeers: readonly string[];
  /** When set, only these peer ids (and boot peers) may connect. */
  readonly allowlist: readonly string[] | null;
  readonly chainId: number;
  readonly genesisHash: Hash;
  /** Those of the chain spec: from each on, votes are signed in a domain of its own (V6). */
  readonly overrides: VoteDomain["overrides"];
  /** Of this node's head: read at every handshake. */
  readonly forkId: ForkId;
  /** Whether a peer's fork id is on the same rules (H8); without it only the same hash is. */
  readonly acceptsForkId?: (remote: ForkId) => boolean;
  readonly maxBlockBytes: number;
  /** Whether a key belongs to the current set or the next: who proves it is no stranger. */
  readonly isValidator: (key: Address) => boolean;
  /** Connections of strangers from one host; {@link STRANGERS_PER_HOST_MAX} when not set. */
  readonly strangersPerHost?: number;
  readonly recover: (digest: Hash, signature: Signature) => Address | null;
  readonly log: {
    debug(o: object, m: string): void;
    info(o: object, m: string): void;
    warn(o: object, m: string): void;
  };
}
