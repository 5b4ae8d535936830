import type { Block } from "@causeway/protocol/block";
import type { Certificate } from "@causeway/protocol/certificate";
import type {
  Authored,
  BlockVote,
  ConsensusMessage,
  ProposalMessage,
  SignedPrepare,
  SignedRoundChange,
} from "@causeway/protocol/consensusMessage";
import type { ExecutionOutcome } from "@causeway/protocol/executionOutcome";
import type { Head } from "@causeway/protocol/head";
import type { Address, Hash } from "@causeway/protocol/hex";
import type { ValidatorSet } from "@causeway/protocol/validatorSet";
import type { ConsensusConfig } from "./config.js";
import type { RecordEntry } from "./recordEntry.js";
import type { Votes, VoteWindow } from "./votes/votes.js";

/** Everything a node knows of consensus: immutable plain data, replaced by every input. */
export interface State {
  readonly config: ConsensusConfig;
  /** Wall clock of the input being applied (C13). */
  readonly nowMs: number;
  /** After a safety stop no input has an effect (F2, C4). */
  readonly halted: boolean;
  /** Keys that may not sign yet (W5). */
  readonly keysWithoutRecord: readonly Address[];
  /** Entries read back from the safety record, until the chain has passed their height (W3). */
  readonly restored: readonly RecordEntry[];
  /** The height being decided; null until the host has named the head. */
  readonly height: HeightState | null;
  /** Votes of the head's height, where equivocation is still looked for (C15). */
  readonly decided: DecidedVotes | null;
  /** Messages of height + 1: author -> one of each kind (C12). */
  readonly early: ReadonlyMap<Address, ReadonlyMap<ConsensusMessage["kind"], EarlyMessage>>;
  /** When each peer was last answered with a decided block or asked about a later one: once per second each (C11). */
  readonly answeredAtMs: ReadonlyMap<string, number>;
  readonly askedAtMs: ReadonlyMap<string, number>;
}

export interface EarlyMessage {
  readonly peer: string;
  readonly message: ConsensusMessage;
}

/** One height from the entry on its parent until the new head. */
export interface HeightState {
  readonly number: number;
  /** The parent. */
  readonly head: Head;
  /** Parent + period, in whole seconds (H1). */
  readonly earliestTimestamp: number;
  /** When the host announced the head to everybody; null for the head found at start, which it did not (C11). */
  readonly headAnnouncedAtMs: number | null;
  /** S(h), with its hash, q and f. */
  readonly validators: ValidatorSet;
  readonly validatorSetHash: Hash;
  readonly quorum: number;
  readonly maxFaulty: number;
  /** The key this node signs with at this height, null for a follower (V4). */
  readonly self: Address | null;
  readonly pace: Pace;
  readonly round: RoundState;
  /** The PROPOSALs accepted in the last two rounds that had one, ascending (C12). */
  readonly accepted: readonly AcceptedProposal[];
  readonly votes: Votes;
  /** `validator/kind` -> messages passed on, or complained of, since the last re-send (C12). */
  readonly relayCounts: ReadonlyMap<string, number>;
  /** `validator/kind` of evidence already given (C15). */
  readonly reported: ReadonlySet<string>;
  /** Blocks that something held here names by hash. */
  readonly blocks: ReadonlyMap<Hash, Block>;
  /** Successful executions by block hash, whichever round asked for them (C10). */
  readonly outcomes: ReadonlyMap<Hash, ExecutionOutcome>;
  /** The prepared certificate of the highest round. */
  readonly prepared: PreparedCertificate | null;
  /** Set once q COMMITs agree (C3); from then on nothing is signed at this height. */
  readonly decision: Certificate | null;
  /** Whether the host was asked to write the block with it. */
  readonly writeRequested: boolean;
}

export interface AcceptedProposal {
  readonly round: number;
  readonly blockHash: Hash;
}

/** What round 0 waits for (C14). */
export interface Pace {
  /** The next firing of the block timer means: block period over, empty period over; or it fired for the last time. */
  readonly next: "block-deadline" | "empty-deadline" | "passed";
  /** Is there a transaction executable on the head: none, pooled, or pooled for a second. */
  readonly transaction: "none" | "pooled" | "waiting";
}

export interface RoundState {
  readonly number: number;
  /** Whether the request timeout of this round runs (C7, C14); always false for a follower. */
  readonly timerRunning: boolean;
  /** Block of the accepted PROPOSAL; at most one per round (C9). */
  readonly proposal: Block | null;
  /** A PROPOSAL ahead of the clock (C13). */
  readonly earlyProposal: ProposalMessage | null;
  /** This node's own recorded PROPOSAL, to be sent again (C11). */
  readonly ownProposal: Authored<BlockVote> | null;
  /** What the own PROPOSAL of this round rests on; set when proposing starts. */
  readonly justification: Justification | null;
  /** Prepared blocks asked for by hash, one of which this node may have to propose again. */
  readonly fetching: readonly Hash[];
  /** The work the host does for this round, to be aborted on leaving it (H4). */
  readonly task: Task | null;
  /** Whether the record was asked for the PREPARE and COMMIT of this round. */
  readonly prepareRequested: boolean;
  readonly commitRequested: boolean;
}

export type Task = { readonly kind: "build" } | { readonly kind: "execute"; readonly blockHash: Hash };

/** The part of a PROPOSAL of round > 0 that shows it may be made (C2). */
export interface Justification {
  readonly roundChanges: readonly SignedRoundChange[];
  readonly prepares: readonly SignedPrepare[];
}

/** q PREPAREs for a block this node executed. */
export interface PreparedCertificate {
  readonly round: number;
  readonly block: Block;
  readonly prepares: readonly SignedPrepare[];
}

export interface DecidedVotes {
  readonly height: number;
  readonly window: VoteWindow;
  readonly validators: ValidatorSet;
  readonly validatorSetHash: Hash;
  readonly votes: Votes;
  readonly reported: ReadonlySet<string>;
}

/** @param restored entries of the safety record above the head, in the order they were written (W3). */
export function initialState(config: ConsensusConfig, restored: readonly RecordEntry[]): State {
  return {
    config,
    nowMs: config.startedAtSeconds * 1000,
    halted: false,
    keysWithoutRecord: config.keysWithoutRecord,
    restored,
    height: null,
    decided: null,
    early: new Map(),
    answeredAtMs: new Map(),
    askedAtMs: new Map(),
  };
}

/** C12: the rounds whose votes a height keeps now. */
export function voteWindow({ round, accepted }: HeightState): VoteWindow {
  return { round: round.number, acceptedRounds: accepted.map((proposal) => proposal.round) };
}

export function newRound(number: number): RoundState {
  return {
    number,
    timerRunning: false,
    proposal: null,
    earlyProposal: null,
    ownProposal: null,
    justification: null,
    fetching: [],
    task: null,
    prepareRequested: false,
    commitRequested: false,
  };
}
