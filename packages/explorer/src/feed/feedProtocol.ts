import type { Address, Hash, Hex } from "@causeway/protocol/hex";

/** Path of the websocket, and the subprotocol a client asks for. */
export const FEED_PATH = "/feed/v1";
export const FEED_SUBPROTOCOL = "causeway.feed.v1";
export const FEED_VERSION = 1;

/** Topics whose events are numbered, kept and replayed. */
export const JOURNAL_TOPICS = ["blocks", "txs", "bridge"] as const;
/** Topics of which only the newest value matters; a slow reader skips values and is told how many. */
export const VALUE_TOPICS = ["validators", "stats"] as const;

export type JournalTopic = (typeof JOURNAL_TOPICS)[number];
export type ValueTopic = (typeof VALUE_TOPICS)[number];
export type Topic = JournalTopic | ValueTopic;

/** Websocket close codes of the feed; each comes with a reason in words. */
export const CLOSE_CODES = { badMessage: 4000, limit: 4003, slowConsumer: 4008, shutdown: 4010 } as const;

/** What one connection may do; announced in {@link Hello}. */
export interface FeedLimits {
  readonly maxSubs: number;
  readonly maxAddresses: number;
  readonly maxInboundBytes: number;
  /** Messages per 10 seconds. */
  readonly msgsPer10s: number;
  readonly maxSnapshot: number;
}

export const FEED_LIMITS: FeedLimits = {
  maxSubs: 200,
  maxAddresses: 1_000,
  maxInboundBytes: 65_536,
  msgsPer10s: 100,
  maxSnapshot: 100,
};

/** Silence after which the server says `hb`, and after which a client takes the connection for dead. */
export const HEARTBEAT_MS = 10_000;
export const SILENCE_MS = 25_000;

// --- client to server ---

export interface Filter {
  /** Keep events that name one of these: sender, recipient, created contract. */
  readonly addresses?: readonly Address[];
  /** bridge only. */
  readonly direction?: Direction;
}

/** Where a replay starts: after a cursor, or after a block (checked by hash when given). */
export type From = { readonly cursor: string } | { readonly block: number; readonly hash?: Hash };

export interface Sub {
  readonly t: "sub";
  /** Chosen by the client, unique within the connection. */
  readonly id: string;
  readonly topic: Topic;
  readonly filter?: Filter;
  /** Replay first. Excludes `snapshot`; journal topics only. */
  readonly from?: From;
  /** Begin with the newest values: true for {@link DEFAULT_SNAPSHOT}, or how many. */
  readonly snapshot?: boolean | number;
}

export const DEFAULT_SNAPSHOT = 25;

export type ClientMessage =
  | Sub
  | { readonly t: "unsub"; readonly id: string }
  | { readonly t: "update"; readonly id: string; readonly filter: Filter }
  | { readonly t: "ping"; readonly n?: number };

// --- server to client ---

export interface BlockRef {
  readonly n: number;
  readonly h: Hash;
}

/** First message of every connection. */
export interface Hello {
  readonly t: "hello";
  readonly v: typeof FEED_VERSION;
  readonly chainId: number;
  readonly genesisHash: Hash;
  readonly node: string;
  /** null while nothing is indexed. head = safe = finalized (F1). */
  readonly head: BlockRef | null;
  readonly safe: BlockRef | null;
  readonly finalized: BlockRef | null;
  readonly cursor: string;
  readonly retention: { readonly fromCursor: string; readonly fromBlock: number | null };
  readonly limits: FeedLimits;
}

export type FeedErrorCode =
  | "bad_message"
  | "bad_request"
  | "unknown_topic"
  | "unknown_sub"
  | "duplicate_sub"
  | "limit"
  | "cursor_expired"
  | "not_canonical";

/** Refusal of one message (`id` when it was about a subscription). The connection stays unless a `bye` follows. */
export interface FeedRefusal {
  readonly t: "err";
  readonly id?: string;
  readonly code: FeedErrorCode;
  readonly message: string;
  /** With cursor_expired: the oldest cursor and block a replay can start from. */
  readonly fromCursor?: string;
  readonly fromBlock?: number | null;
}

/** One event. `s` names every subscription of this connection it belongs to. */
export interface FeedEvent {
  readonly c: string;
  readonly s: readonly string[];
  readonly t: EventType;
  readonly b?: BlockRef;
  readonly d: unknown;
}

export type EventType = "block.add" | "tx.included" | "transfer" | "validators" | "stats";

export type ServerMessage =
  | Hello
  | { readonly t: "ack"; readonly id: string; readonly cursor: string }
  | FeedRefusal
  /** `d` oldest first; the stream goes on after `c`. */
  | { readonly t: "snapshot"; readonly id: string; readonly c: string; readonly d: readonly unknown[] }
  | FeedEvent
  /** The replay has reached the head: what follows is new. */
  | { readonly t: "live"; readonly id: string; readonly c: string }
  | { readonly t: "hb"; readonly c: string; readonly head: BlockRef | null }
  | { readonly t: "gap"; readonly topic: ValueTopic; readonly dropped: number }
  | { readonly t: "pong"; readonly n?: number }
  | {
      readonly t: "bye";
      readonly code: "bad_message" | "limit" | "slow_consumer" | "shutdown";
      readonly message: string;
      readonly cursor?: string;
      readonly retryAfter?: number;
    };

// --- payloads ---

/** Certificate as `causeway_getCertificate` returns it (X3). */
export interface CertificateJson {
  readonly checkpoint: Readonly<Record<string, Hex>>;
  readonly signers: Hex;
  readonly seals: readonly Hex[];
  readonly validators: readonly Address[];
}

/** `block.add`: the header in JSON-RPC shape, with its certificate. Bodies are separate `txs` events. */
export interface BlockPayload {
  readonly number: Hex;
  readonly hash: Hash;
  readonly parentHash: Hash;
  readonly timestamp: Hex;
  readonly miner: Address;
  readonly gasUsed: Hex;
  readonly gasLimit: Hex;
  readonly baseFeePerGas?: Hex;
  readonly stateRoot: Hash;
  readonly extraData: Hex;
  readonly transactionCount: number;
  readonly size: Hex;
  /** null for genesis, and on chains without certificates. */
  readonly certificate: CertificateJson | null;
}

/**
 * `tx.included`: transaction and outcome without the input bytes, so that an event has a bounded size; the whole
 * transaction is at `/api/v1/transactions/<hash>`.
 */
export interface TransactionPayload {
  readonly hash: Hash;
  readonly blockNumber: Hex;
  readonly blockHash: Hash;
  readonly blockTimestamp: Hex;
  readonly transactionIndex: Hex;
  readonly from: Address;
  readonly to: Address | null;
  readonly value: Hex;
  readonly nonce: Hex;
  readonly type: Hex;
  /** First four bytes of the input, null when shorter. */
  readonly selector: Hex | null;
  /** Function name: of a system contract, or of an ERC-20 if the selector is one of its. */
  readonly method: string | null;
  readonly inputBytes: number;
  readonly status: Hex;
  readonly gasUsed: Hex;
  readonly effectiveGasPrice: Hex;
  readonly contractAddress: Address | null;
}

export type Direction = "deposit" | "withdrawal";

/**
 * Deposit (L1 to sidechain): seen, final, attested, delivered. Withdrawal: certified, checkpointSent, claimable, claimed.
 * `failed`: consumed, but its call failed and anyone may retry. `reorged`: L1 dropped the deposit before it was final.
 */
export type TransferState =
  | "seen"
  | "final"
  | "attested"
  | "delivered"
  | "certified"
  | "checkpointSent"
  | "claimable"
  | "claimed"
  | "failed"
  | "reorged";

/** A transaction on one side. `final` is always true on the sidechain. */
export interface TransferStep {
  readonly txHash: Hash;
  readonly blockNumber: number;
  /** Unix seconds. */
  readonly timestamp: number;
  readonly final: boolean;
}

/** `transfer`: the newest state of one crossing. */
export interface TransferPayload {
  readonly direction: Direction;
  readonly nonce: number;
  readonly state: TransferState;
  readonly token: {
    readonly originChainId: string;
    /** Zero for ETH. */
    readonly originToken: Address;
    /** null, as decimals, until a deposit of the token was seen. */
    readonly symbol: string | null;
    readonly decimals: number | null;
  };
  /** Base units, decimal. */
  readonly amount: string;
  readonly from: Address;
  readonly to: Address;
  /** Deposit: on L1. Withdrawal: on the sidechain. */
  readonly source: TransferStep;
  /** Deposit: the accepted attestation on the sidechain. Withdrawal: the accepted checkpoint on L1. */
  readonly proof: TransferStep | null;
  /** Deposit: credited on the sidechain. Withdrawal: released on L1. */
  readonly delivery: TransferStep | null;
}

/** One member of the newest set, over the last `window` blocks. */
export interface ValidatorPayload {
  readonly address: Address;
  readonly proposed: number;
  /** Certificates that carry its seal. A certificate keeps only the first quorum, so 100 % is not expected. */
  readonly sealed: number;
  /** Blocks of the window whose set it was in. */
  readonly eligible: number;
  readonly lastSealed: number | null;
}

export interface ValidatorsPayload {
  readonly height: number;
  readonly window: number;
  readonly setHash: Hash | null;
  readonly quorum: number;
  readonly validators: readonly ValidatorPayload[];
}

/** What the header of the page shows. */
export interface StatsPayload {
  readonly chainId: number;
  readonly genesisHash: Hash;
  readonly head: {
    readonly number: number;
    readonly hash: Hash;
    /** Unix seconds. */
    readonly timestamp: number;
    readonly round: number | null;
    readonly seals: number | null;
    readonly validators: number | null;
    readonly quorum: number | null;
  } | null;
  /** Mean over the last 100 blocks; null before two. */
  readonly blockTimeSeconds: number | null;
  readonly transactions: number;
  readonly indexer: FollowerStatus;
  /** null on a chain without a bridge. */
  readonly l1: (FollowerStatus & { readonly chainId: number; readonly height: number | null }) | null;
}

/** `halted`: what the node said contradicts what was indexed or the rules; it needs a person. */
export interface FollowerStatus {
  readonly state: "syncing" | "live" | "unreachable" | "halted";
  readonly message: string | null;
}
