import type { ExecutionPort } from "@causeway/chain/chainPort";
import type { Effect } from "@causeway/consensus/effect";
import type { Evidence } from "@causeway/consensus/evidence";
import type { Block } from "@causeway/protocol/block";
import type { Certificate } from "@causeway/protocol/certificate";
import type { ConsensusMessage } from "@causeway/protocol/consensusMessage";
import type { Hash } from "@causeway/protocol/hex";
import type { VoteDomain } from "@causeway/protocol/voteDomain";
import type { Clock } from "../ports/clock.js";
import type { Logger } from "../ports/logger.js";
import type { Timers } from "../ports/timers.js";
import type { RecordBook } from "../record/recordBook.js";

/** Everything the host touches. A simulator brings its own; so does a test that wants a misbehaving node. */
export interface HostPorts {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly log: Logger;
  readonly domain: VoteDomain;
  readonly records: RecordBook;
  readonly execution: Pick<ExecutionPort, "head" | "build" | "execute">;
  readonly transport: ConsensusTransport;
  readonly importer: BlockWriter;
  readonly observer: HostObserver;
}

/** Consensus messages out, and what only other nodes can answer. */
export interface ConsensusTransport {
  broadcast(message: ConsensusMessage): void;
  send(peer: string, message: ConsensusMessage): void;
  relay(message: ConsensusMessage, except: string): void;
  /** Send the certified block of a height this node has finalized; nothing when it has not. */
  sendDecided(peer: string, height: number): void;
  /** Ask peers in turn until one has the block of this hash, or the signal aborts: then it rejects. */
  fetchBlock(hash: Hash, signal: AbortSignal): Promise<Block>;
  /** A peer has finalized this height: catch up. */
  catchUp(height: number, peer: string): void;
}

/** The one writer of the chain, shared by consensus and sync. It reports the new head itself. */
export interface BlockWriter {
  /** Write a decided block that was executed before. */
  commit(block: Block, certificate: Certificate): Promise<void>;
}

/** What the outside wants to know; none of it flows back. */
export interface HostObserver {
  evidence(evidence: Evidence): void;
  refused(refusal: Extract<Effect, { kind: "refused" }>): void;
  /** Safety stop (F2, C4): the host applies nothing any more. */
  halted(halt: Omit<Extract<Effect, { kind: "halt" }>, "kind">): void;
  /** The host cannot go on (W6): the process must end. */
  failed(error: unknown): void;
  /** A peer's message was dropped from the full queue. */
  dropped(peer: string): void;
  /** Work began on a block of this height. */
  proposalSeen(height: number): void;
}
