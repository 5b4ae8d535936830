import type { Block } from "@causeway/protocol/block";
import type { ConsensusMessage } from "@causeway/protocol/consensusMessage";
import type { Hash } from "@causeway/protocol/hex";
import type { RecordEntry } from "../recordEntry.js";
import {
  type AcceptedProposal,
  type HeightState,
  newRound,
  type PreparedCertificate,
  type RoundState,
  voteWindow,
} from "../state.js";
import { addToVotes, type Votes } from "../votes/votes.js";

/**
 * W3: the height as this node left it: its last round, the PROPOSAL accepted there, its prepared certificate and its own
 * votes. @returns `height` itself when the record holds nothing of this key for it.
 */
export function restoreHeight(height: HeightState, restored: readonly RecordEntry[]): HeightState {
  const entries = restored.filter(
    ({ author, signing }) => author === height.self && signing.payload.height === height.number,
  );
  const last = entries.at(-1);
  if (last === undefined) return height;
  const blocks = new Map(entries.flatMap(({ block }) => (block === null ? [] : [[block.hash, block]])));
  const resumed = {
    ...height,
    round: restoreRound(roundOf(last), entries),
    accepted: lastAccepted(entries),
    blocks,
    prepared: lastPrepared(entries, blocks),
  };
  return { ...resumed, votes: ownVotes(resumed, entries) };
}

/** A node prepares what it accepted: the blocks of its PREPAREs, and of a PROPOSAL it had no time to prepare (C12). */
function lastAccepted(entries: readonly RecordEntry[]): readonly AcceptedProposal[] {
  const byRound = new Map(
    entries.flatMap((entry) => (entry.block ? [[roundOf(entry), entry.block.hash]] : [])),
  );
  return [...byRound].map(([round, blockHash]) => ({ round, blockHash })).slice(-2);
}

function ownVotes(height: HeightState, entries: readonly RecordEntry[]): Votes {
  return entries.reduce((votes, entry) => {
    const message = ownVote(entry, entries);
    return message === null ? votes : (addToVotes(votes, message, voteWindow(height)) ?? votes);
  }, height.votes);
}

function roundOf({ signing }: RecordEntry): number {
  return signing.payload.round;
}

function restoreRound(number: number, entries: readonly RecordEntry[]): RoundState {
  const own = entries.filter((entry) => roundOf(entry) === number);
  const signed = (kind: string) => own.find(({ signing }) => signing.kind === kind);
  const proposal = signed("proposal");
  const ownProposal =
    proposal?.signing.kind === "proposal"
      ? { payload: proposal.signing.payload, author: proposal.author, signature: proposal.signature }
      : null;
  return {
    ...newRound(number),
    proposal: (signed("prepare") ?? proposal)?.block ?? null,
    ownProposal,
    // Round 0 needs none; that of a later round is gathered anew, since it is not recorded.
    justification: ownProposal !== null && number === 0 ? { roundChanges: [], prepares: [] } : null,
    prepareRequested: signed("prepare") !== undefined,
    commitRequested: signed("commit") !== undefined,
  };
}

/** A recorded PREPARE, COMMIT or ROUND-CHANGE as the message it was; the last with the PREPAREs behind its claim. */
function ownVote(
  { author, signing, signature }: RecordEntry,
  entries: readonly RecordEntry[],
): ConsensusMessage | null {
  switch (signing.kind) {
    case "proposal":
      return null;
    case "prepare":
      return { kind: "prepare", payload: signing.payload, author, signature };
    case "commit":
      return { kind: "commit", payload: signing.payload, author, signature };
    case "round-change": {
      const { payload } = signing;
      const prepares = commitOf(entries, payload.prepared?.round)?.prepares ?? [];
      return { kind: "round-change", payload, author, signature, prepares, block: null };
    }
  }
}

function commitOf(entries: readonly RecordEntry[], round: number | undefined): RecordEntry | undefined {
  return entries.find((entry) => entry.signing.kind === "commit" && roundOf(entry) === round);
}

function lastPrepared(
  entries: readonly RecordEntry[],
  blocks: ReadonlyMap<Hash, Block>,
): PreparedCertificate | null {
  const commit = entries.findLast(({ signing }) => signing.kind === "commit");
  if (commit?.signing.kind !== "commit") return null;
  const block = blocks.get(commit.signing.payload.blockHash);
  return block === undefined ? null : { round: roundOf(commit), block, prepares: commit.prepares };
}
