/** Every bound of the network in one place (N2). Times in milliseconds on the monotonic clock. */

/** Both sides must finish the handshake within this. */
export const HANDSHAKE_TIMEOUT_MS = 10_000;
/** Negotiating a new stream with a connected peer. */
export const STREAM_OPEN_TIMEOUT_MS = 10_000;
/** A sync answer must be complete within this, and a server gives up on a reader after it. */
export const SYNC_TIMEOUT_MS = 10_000;
/** A connected peer that answers no ping for this long is gone; generous, since a busy event loop is not. */
export const PING_TIMEOUT_MS = 15_000;
/** Gossip remembers for this long which messages it has seen. */
export const GOSSIP_SEEN_MS = 30_000;
/** Bytes gossip may hold for one slow peer, some seconds of what it reads; beyond, that peer misses messages. */
export const GOSSIP_BUFFER_BYTES_MAX = 4 * 1024 * 1024;
/** One attempt to reach a boot peer. */
export const DIAL_TIMEOUT_MS = 10_000;

/** A boot peer that is away is dialled again after this, doubling up to the cap, for ever. */
export const REDIAL_FIRST_MS = 250;
export const REDIAL_CAP_MS = 15_000;
/** Whoever ends a session that was dialled within this has no slot for it, and is left alone for a while. */
export const SESSION_SHORT_MS = 1_000;
export const REDIAL_TURNED_AWAY_MS = 2_000;
/** Pause before a failed consensus stream to a connected peer is opened again. */
export const STREAM_REOPEN_MS = 500;

/**
 * Of one peer, and of one validator's key. Two nodes that dial each other at once have two, a broken one may linger; the
 * oldest beyond are closed.
 */
export const CONNECTIONS_PER_PEER_MAX = 4;
/** Connections of all strangers together: peers that the operator has not named and that proved no validator's key. */
export const STRANGERS_MAX = 64;
/** Of those, from one host, where the operator sets nothing else. */
export const STRANGERS_PER_HOST_MAX = 16;
/** Connections whose handshake is not over. */
export const UNPROVEN_MAX = 64;
/**
 * What libp2p holds at most. It does not know whose a connection is, so it must not be the one to refuse: beside strangers and
 * unproven there is room for 128 validators' keys of the current and the next set and for as many kept peers, two connections each,
 * and more.
 */
export const CONNECTIONS_MAX = 1_024;
/** Connections one host may open per second; a devnet's validators share a host. */
export const INBOUND_CONNECTIONS_PER_SECOND = 12;
/** Sockets that have not shown who they are yet; libp2p's 10 would let ten silent ones keep everybody out. */
export const PENDING_CONNECTIONS_MAX = 256;
/** A later proof of the key may arrive before the stream of the first has closed. */
export const HELLO_STREAMS_PER_PEER = 2;
/** A restarted sender's new stream may arrive before its old one is gone. */
export const CONSENSUS_STREAMS_PER_PEER = 2;
/** Sync requests one peer may have open with us; more are refused at once. */
export const SYNC_STREAMS_PER_PEER = 8;

/** Outgoing consensus messages waiting for one peer; the oldest go first when either bound is met. */
export const QUEUE_MESSAGES_MAX = 1_024;
/** In frames of the largest size. */
export const QUEUE_LARGEST_FRAMES_MAX = 4;

/** A message that a peer seems to get from others is sent to it after all when it has not said so by then (N2). */
export const RELAY_AFTER_MS = 250;
/** What a node has is told to its peers together, after this. */
export const ANNOUNCE_AFTER_MS = 50;
/** Messages remembered by id, and for each peer which of them it has. */
export const RELAYED_MESSAGES_MAX = 4_096;
/** Authors remembered for each peer: twice the largest set. */
export const RELAYED_AUTHORS_MAX = 128;
/** Messages held back at a time; further ones are sent at once. */
export const RELAYS_WAITING_MAX = 1_024;

/**
 * Bytes a peer may send on one stream before they are read. libp2p lets it grow to 16 MiB, but resets a stream of which it holds
 * more than 4 MiB unread: whoever is read slower would lose what it sent instead of waiting.
 */
export const STREAM_WINDOW_BYTES_MAX = 2 * 1024 * 1024;
/** Bytes read ahead of the handler before the stream is paused. */
export const READ_AHEAD_BYTES = 1024 * 1024;

/** Decoded consensus messages remembered, since each is sent again and may come from several peers (C11). */
export const RECENT_MESSAGES_MAX = 2_048;
export const RECENT_BYTES_MAX = 32 * 1024 * 1024;

/**
 * Rates of consensus and sync count work, not frames. The unit is what recovering one signer takes of the thread, 0.1 ms; a frame
 * counts at least once. Measured: 1.7 µs an id of `have`, 0.5 µs a transaction of a block that is read (other bytes cost next to
 * nothing, 4 ms for 8 MiB), 0.25 ms a block of a range, beside its transactions; a stream of its own for each request 0.5 ms.
 */
export const HAVE_IDS_PER_UNIT = 50;
export const BLOCK_TRANSACTIONS_PER_UNIT = 200;
export const SERVED_BLOCK_UNITS = 3;
export const SYNC_REQUEST_UNITS = 5;
/** For what a frame may cost that is not read yet: bytes of an id and of a signature, what one message carries at most. */
export const HAVE_ID_BYTES = 12;
export const SIGNATURE_BYTES = 65;
export const MESSAGE_SIGNATURES_MAX = 129;
export const BLOCK_TRANSACTIONS_MAX = 47_619;

/**
 * What one validator or named peer may send before it is read slower: per second, and in a burst. At full load, 64 validators
 * in a stall that all hold a prepared block of 30 million gas (1,428 transfers), a peer sends in a round of 4 s its PROPOSAL
 * (129 signers, 7 for the block), ROUND-CHANGE (65 and 7), PREPARE and COMMIT, and 80 `have` with 193 ids: about 300 units. One
 * that passes on everything of all others, the only way between two halves, sends 64 · 74 + 136, about 4,900 of the 8,000 that 4 s
 * allow. By bytes, 64 such messages of 8 MiB each take it 16 s; rounds grow to 60 s (C7).
 */
export const CONSENSUS_RATE = { messages: 2_000, bytes: 32 * 1024 * 1024 } as const;
/**
 * What one stranger may send. An honest one, a follower, tells what it has, 80 `have` with 193 ids in 4 s, 21 units a second; messages it
 * sends only where nobody else has brought them. A validator that this node takes for a stranger, being behind, sends the 75 of the
 * first round above, and less in longer ones.
 */
export const STRANGER_CONSENSUS_RATE = { messages: 100, bytes: 8 * 1024 * 1024 } as const;
/** Of all strangers together: a tenth of the thread, however many they are. */
export const STRANGERS_CONSENSUS_RATE = { messages: 1_000, bytes: 16 * 1024 * 1024 } as const;
/** A stranger's frame whose turn is farther away is not read at all; it comes again (C11). */
export const STRANGERS_WAIT_MS_MAX = 10_000;
/** Sync requests of one peer; more are an offence. */
export const SYNC_RATE = { messages: 64, bytes: Number.POSITIVE_INFINITY } as const;
/** Of a stranger. A node asks for 64 blocks at a time, one answer after another, and executes 400 empty ones a second: seven requests. */
export const STRANGER_SYNC_RATE = { messages: 16, bytes: Number.POSITIVE_INFINITY } as const;
/** What one peer is served: 600 empty blocks a second, or four of 8 MiB; more waits. */
export const SERVED_RATE = { messages: 2_000, bytes: 32 * 1024 * 1024 } as const;
/** What all strangers together are served: a fifth of the thread. */
export const STRANGERS_SERVED_RATE = { messages: 2_000, bytes: 32 * 1024 * 1024 } as const;
/** Who would have to wait longer is not served: he asks somebody else before {@link SYNC_TIMEOUT_MS} is over. */
export const SERVED_WAIT_MS_MAX = 5_000;
/** A node asks once when it connects; reading the pool costs more than asking. */
export const POOL_RATE = { messages: 1, bytes: Number.POSITIVE_INFINITY } as const;
/** A key changes at epochs; each proof costs one signature. */
export const HELLO_RATE = { messages: 1, bytes: Number.POSITIVE_INFINITY } as const;
export const GOSSIP_RATE = { messages: 10_000, bytes: 16 * 1024 * 1024 } as const;
/**
 * Transactions of all strangers together, counted as those of one peer. A refused one is a tenth of a millisecond: a hundredth of
 * the thread for each hundred. The peers that bring users' transactions can be named.
 */
export const STRANGERS_TRANSACTION_RATE = { messages: 10_000, bytes: 16 * 1024 * 1024 } as const;
/** Transactions of one peer, more than any block holds each second: what is within waits for nothing. */
export const TRANSACTION_RATE = { messages: 5_000, bytes: 8 * 1024 * 1024 } as const;
/** A refused transaction counts for so many: it costs as much as a good one and brings nothing. */
export const REFUSED_TRANSACTION_WEIGHT = 25;
/** Bytes of the shortest authorization (EIP-7702), each a signature to recover: a transaction counts for as many as it may hold. */
export const AUTHORIZATION_BYTES_MIN = 27;
/** No more have a transaction's gas. */
export const AUTHORIZATIONS_MAX = 671;
/** A peer held back by its rate is counted at most once in so long. */
export const RATE_REPORT_MS = 10_000;
/** Each of 64 validators may announce each block; whoever sends more is not listened to. */
export const HEAD_RATE = { messages: 64, bytes: Number.POSITIVE_INFINITY } as const;
/** A bucket holds this many seconds of its rate. */
export const RATE_BURST_SECONDS = 3;

/** At or below this score a peer is disconnected and banned. */
export const SCORE_BAN = -100;
/** Points regained per second, up to 0. */
export const SCORE_RECOVERY_PER_SECOND = 0.5;
export const BAN_MS = 60_000;
/** Peers remembered by score; those nearest to recovery are forgotten first. */
export const SCORES_MAX = 1_024;

/** Points lost for each named reason. */
export const PENALTY = {
  /** Bytes that do not decode or frames beyond their bound: an honest node never sends them. */
  malformed: 50,
  /** An honest node passes on no head whose seals it has not checked. */
  forgedHead: 50,
  /** An honest node pools, and so passes on, nothing that breaks the rules of the chain. */
  invalidTransaction: 30,
  /** Recovered from before the next: who is refused much may be the victim of senders that tell each node another thing. */
  transactionRate: 5,
  /** Of a stranger, each ten seconds that it goes on: more than it recovers, so that it comes to a ban. */
  consensusRate: 10,
  syncTimeout: 10,
  syncOverload: 5,
} as const;
