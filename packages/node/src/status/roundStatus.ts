import { roundTimeoutMs } from "@causeway/consensus/rounds/roundTimeoutMs";
import type { HeightState, State } from "@causeway/consensus/state";
import { type Vote, type VoteBook, voteOf } from "@causeway/consensus/votes/voteBook";
import type { Address, Hash } from "@causeway/protocol/hex";
import { proposer } from "@causeway/protocol/validatorSet";

/** What a height cannot go on without; with votes, how many of how many, and whose are missing. */
export type Awaited =
  | { readonly what: "block-deadline" | "transaction" | "build" | "execution" | "proposal-due" }
  | { readonly what: "decided-block" | "write" | "nothing" }
  | { readonly what: "proposal"; readonly missing: readonly Address[] }
  | {
      readonly what: "round-changes" | "prepares" | "commits";
      readonly have: number;
      readonly need: number;
      readonly missing: readonly Address[];
    };

/** A validator as this node hears it. */
export interface HeardValidator {
  readonly validator: Address;
  /** Whether this node is it, or has a connection that proved its key (N1). */
  readonly connected: boolean;
  /** Highest round of any vote held of it at this height, null when none is. */
  readonly round: number | null;
  /** Round of its ROUND-CHANGE, null without one. */
  readonly roundChange: number | null;
  /** Whether its PREPARE and COMMIT of the current round are here. */
  readonly prepare: boolean;
  readonly commit: boolean;
}

export interface RoundStatus {
  readonly height: number;
  readonly round: number;
  readonly inRoundMs: number;
  /** How long this round is waited for once its timer runs, milliseconds (C7). */
  readonly timeoutMs: number;
  readonly timerRunning: boolean;
  readonly proposer: Address;
  readonly quorum: number;
  /** The key this node votes with, null for a follower or a key that may not sign yet (W5). */
  readonly self: Address | null;
  readonly proposal: Hash | null;
  readonly prepared: { readonly round: number; readonly blockHash: Hash } | null;
  readonly decided: Hash | null;
  readonly waitsFor: Awaited;
  readonly validators: readonly HeardValidator[];
}

/**
 * The height being decided, for people who want to know why there is no block.
 * @param connected validators that peers have proven to be.
 * @returns null before the first head.
 */
export function roundStatus(
  state: State,
  connected: ReadonlySet<Address>,
  inRoundMs: number,
): RoundStatus | null {
  const { height, config } = state;
  if (height === null) return null;
  const { number, round, validators, head, quorum, self, prepared, decision } = height;
  return {
    height: number,
    round: round.number,
    inRoundMs,
    timeoutMs: roundTimeoutMs(config, round.number),
    timerRunning: round.timerRunning,
    proposer: proposer(validators, head.coinbase, round.number),
    quorum,
    self,
    proposal: round.proposal?.hash ?? null,
    prepared: prepared && { round: prepared.round, blockHash: prepared.block.hash },
    decided: decision?.checkpoint.blockHash ?? null,
    waitsFor: state.halted ? { what: "nothing" } : awaited(height),
    validators: validators.map((validator) => heard(height, validator, connected)),
  };
}

function awaited(height: HeightState): Awaited {
  const { round, decision, writeRequested, blocks, pace, head, validators } = height;
  if (decision !== null) {
    if (writeRequested) return { what: "write" };
    return { what: blocks.has(decision.checkpoint.blockHash) ? "execution" : "decided-block" };
  }
  if (round.task !== null) return { what: round.task.kind === "build" ? "build" : "execution" };
  if (round.proposal !== null) return awaitedVotes(height, round.proposal.hash);
  if (round.earlyProposal !== null) return { what: "proposal-due" };
  if (round.number === 0 && pace.next === "block-deadline") return { what: "block-deadline" };
  if (round.number === 0 && !round.timerRunning) return { what: "transaction" };
  const changed = authorsAt(height, height.votes.roundChanges, round.number);
  if (round.number > 0 && changed.length < height.quorum) return counted(height, "round-changes", changed);
  return { what: "proposal", missing: [proposer(validators, head.coinbase, round.number)] };
}

function awaitedVotes(height: HeightState, blockHash: Hash): Awaited {
  const { votes, round, prepared } = height;
  const isForBlock = ({ payload }: { payload: { blockHash: Hash } }) => payload.blockHash === blockHash;
  if (prepared?.round === round.number)
    return counted(height, "commits", authorsAt(height, votes.commits, round.number, isForBlock));
  return counted(height, "prepares", authorsAt(height, votes.prepares, round.number, isForBlock));
}

function authorsAt<V extends Vote>(
  { validators }: HeightState,
  book: VoteBook<V>,
  round: number,
  counts: (vote: V) => boolean = () => true,
): Address[] {
  return validators.filter((author) => {
    const vote = voteOf(book, author, round);
    return vote !== undefined && counts(vote);
  });
}

function counted(
  { validators, quorum }: HeightState,
  what: "round-changes" | "prepares" | "commits",
  authors: readonly Address[],
): Awaited {
  const missing = validators.filter((validator) => !authors.includes(validator));
  return { what, have: authors.length, need: quorum, missing };
}

function heard(
  { votes, round, self }: HeightState,
  validator: Address,
  connected: ReadonlySet<Address>,
): HeardValidator {
  const books: readonly VoteBook<Vote>[] = [
    votes.proposals,
    votes.prepares,
    votes.commits,
    votes.roundChanges,
  ];
  const rounds = books.flatMap((book) => [...(book.get(validator)?.keys() ?? [])]);
  const [roundChange = null] = votes.roundChanges.get(validator)?.keys() ?? [];
  return {
    validator,
    connected: validator === self || connected.has(validator),
    round: rounds.length === 0 ? null : Math.max(...rounds),
    roundChange,
    prepare: voteOf(votes.prepares, validator, round.number) !== undefined,
    commit: voteOf(votes.commits, validator, round.number) !== undefined,
  };
}
