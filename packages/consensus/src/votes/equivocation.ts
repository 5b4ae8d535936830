import { checkpointsEqual } from "@causeway/protocol/checkpoint";
import type {
  Authored,
  BlockVote,
  CommitMessage,
  ConsensusMessage,
  RoundChangeMessage,
  RoundChangePayload,
} from "@causeway/protocol/consensusMessage";
import type { Evidence } from "../evidence.js";
import { type VoteBook, voteOf } from "./voteBook.js";
import type { Votes } from "./votes.js";

/** C15: what a message contradicts among the votes held of its author; payloads are compared, never signature bytes. */
export function findEquivocation(votes: Votes, message: ConsensusMessage): Evidence | null {
  switch (message.kind) {
    case "proposal":
      return twoBlocks("double-proposal", votes.proposals, message);
    case "prepare":
      return twoBlocks("double-prepare", votes.prepares, message);
    case "commit":
      return twoCommits(votes, message) ?? commitForgotten(message, heldRoundChange(votes, message));
    case "round-change":
      return twoRoundChanges(votes, message) ?? forgottenCommit(votes, message);
  }
}

/** The vote inside a message, without what rides outside the signature. */
function bare<P>({ payload, author, signature }: Authored<P>): Authored<P> {
  return { payload, author, signature };
}

function twoBlocks(
  kind: "double-proposal" | "double-prepare",
  book: VoteBook<Authored<BlockVote>>,
  second: Authored<BlockVote>,
): Evidence | null {
  const first = voteOf(book, second.author, second.payload.round);
  if (first === undefined || first.payload.blockHash === second.payload.blockHash) return null;
  return {
    kind,
    validator: second.author,
    height: second.payload.height,
    first: bare(first),
    second: bare(second),
  };
}

function twoCommits(votes: Votes, second: CommitMessage): Evidence | null {
  const first = voteOf(votes.commits, second.author, second.payload.round);
  if (first === undefined || checkpointsEqual(first.payload, second.payload)) return null;
  return {
    kind: "double-commit",
    validator: second.author,
    height: second.payload.height,
    first: bare(first),
    second: bare(second),
  };
}

function twoRoundChanges(votes: Votes, second: RoundChangeMessage): Evidence | null {
  const first = voteOf(votes.roundChanges, second.author, second.payload.round);
  if (first === undefined || sameClaim(first.payload, second.payload)) return null;
  return {
    kind: "double-round-change",
    validator: second.author,
    height: second.payload.height,
    first: bare(first),
    second: bare(second),
  };
}

function sameClaim(a: RoundChangePayload, b: RoundChangePayload): boolean {
  return a.prepared?.round === b.prepared?.round && a.prepared?.blockHash === b.prepared?.blockHash;
}

function heldRoundChange(votes: Votes, { author }: CommitMessage): RoundChangeMessage | undefined {
  return votes.roundChanges.get(author)?.values().next().value;
}

function forgottenCommit(votes: Votes, roundChange: RoundChangeMessage): Evidence | null {
  for (const commit of votes.commits.get(roundChange.author)?.values() ?? []) {
    const evidence = commitForgotten(commit, roundChange);
    if (evidence !== null) return evidence;
  }
  return null;
}

/** Whoever committed in a round was prepared in it, and has to say so in every later ROUND-CHANGE. */
function commitForgotten(
  commit: CommitMessage,
  roundChange: RoundChangeMessage | undefined,
): Evidence | null {
  if (roundChange === undefined || roundChange.payload.round <= commit.payload.round) return null;
  const { prepared } = roundChange.payload;
  if (prepared !== null && prepared.round >= commit.payload.round) return null;
  return {
    kind: "forgotten-commit",
    validator: commit.author,
    height: commit.payload.height,
    first: bare(commit),
    second: bare(roundChange),
  };
}
