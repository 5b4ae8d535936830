import type {
  Authored,
  BlockVote,
  CommitMessage,
  ConsensusMessage,
  PrepareMessage,
  RoundChangeMessage,
} from "@causeway/protocol/consensusMessage";
import { addVote, EMPTY_BOOK, type RoundWindow, type VoteBook } from "./voteBook.js";

/** The bounded buffers of one height (C12). */
export interface Votes {
  /** Headers of PROPOSALs, kept to recognise a second one (C15). */
  readonly proposals: VoteBook<Authored<BlockVote>>;
  readonly prepares: VoteBook<PrepareMessage>;
  readonly commits: VoteBook<CommitMessage>;
  /** One per validator, its highest round, without the block (C8). */
  readonly roundChanges: VoteBook<RoundChangeMessage>;
}

export const NO_VOTES: Votes = {
  proposals: EMPTY_BOOK,
  prepares: EMPTY_BOOK,
  commits: EMPTY_BOOK,
  roundChanges: EMPTY_BOOK,
};

/** The rounds each kind of vote is kept for. */
export interface VoteWindow {
  readonly round: number;
  /** The last two rounds in which a PROPOSAL was accepted. */
  readonly acceptedRounds: readonly number[];
}

/** The buffers with the message in them, or null when there is no place for it (C12). */
export function addToVotes(votes: Votes, message: ConsensusMessage, window: VoteWindow): Votes | null {
  const current: RoundWindow = { current: window.round, retained: [] };
  switch (message.kind) {
    case "proposal": {
      const { payload, author, signature } = message;
      const proposals = addVote(votes.proposals, { payload, author, signature }, current);
      return proposals && { ...votes, proposals };
    }
    case "prepare": {
      const prepares = addVote(votes.prepares, message, current);
      return prepares && { ...votes, prepares };
    }
    case "commit": {
      const commits = addVote(votes.commits, message, { ...current, retained: window.acceptedRounds });
      return commits && { ...votes, commits };
    }
    case "round-change": {
      const roundChanges = addVote(votes.roundChanges, { ...message, block: null }, ANY_ROUND);
      return roundChanges && { ...votes, roundChanges };
    }
  }
}

/** C8: any round counts as later, so that exactly the highest one of each validator is kept. */
const ANY_ROUND: RoundWindow = { current: -1, retained: [] };
