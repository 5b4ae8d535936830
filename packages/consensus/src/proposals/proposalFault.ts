import type { PreparedClaim, ProposalMessage, SignedRoundChange } from "@causeway/protocol/consensusMessage";
import { proposer } from "@causeway/protocol/validatorSet";
import type { HeightState } from "../state.js";
import { highestClaim } from "./highestClaim.js";
import { isPreparedBy } from "./isPreparedBy.js";

/** Why a PROPOSAL is not prepared: the rule it breaks and the values that break it. */
export interface ProposalFault {
  readonly rule: string;
  readonly detail: string;
}

/** Everything about a PROPOSAL that can be judged without executing its block, save the clock (C1, C2, C5, H1). */
export function proposalFault(height: HeightState, message: ProposalMessage): ProposalFault | null {
  return (
    authorFault(height, message) ??
    headerFault(height, message) ??
    (message.payload.round === 0 ? roundZeroFault(message) : justificationFault(height, message)) ??
    freshnessFault(message)
  );
}

/** A fresh block is new in this round; a re-proposal is the block of the highest prepared claim (C5). */
export function isFresh(message: ProposalMessage): boolean {
  return highestClaim(message.roundChanges) === null;
}

function authorFault({ validators, head }: HeightState, message: ProposalMessage): ProposalFault | null {
  const expected = proposer(validators, head.coinbase, message.payload.round);
  if (message.author === expected) return null;
  return { rule: "C1.proposer", detail: `author ${message.author}, proposer of the round ${expected}` };
}

function headerFault(
  { number, head, ...height }: HeightState,
  { payload, block }: ProposalMessage,
): ProposalFault | null {
  if (block.hash !== payload.blockHash) {
    return { rule: "C2.blockHash", detail: `block ${block.hash}, signed ${payload.blockHash}` };
  }
  if (block.height !== number)
    return { rule: "H1.number", detail: `block ${block.height}, height ${number}` };
  if (block.parentHash !== head.hash) {
    return { rule: "H1.parentHash", detail: `parent ${block.parentHash}, head ${head.hash}` };
  }
  if (block.timestamp < height.earliestTimestamp) {
    return {
      rule: "H1.timestamp",
      detail: `time ${block.timestamp} s, parent + period ${height.earliestTimestamp} s`,
    };
  }
  return null;
}

function roundZeroFault({ roundChanges, prepares }: ProposalMessage): ProposalFault | null {
  if (roundChanges.length + prepares.length === 0) return null;
  return { rule: "C2.roundChanges", detail: "round 0 has nothing to justify" };
}

/** C2 for round > 0: q distinct ROUND-CHANGEs for this round, and q PREPAREs behind the highest claim among them. */
function justificationFault(height: HeightState, message: ProposalMessage): ProposalFault | null {
  const { payload, roundChanges, prepares, block } = message;
  const authors = new Set(roundChanges.map(({ author }) => author));
  const valid = roundChanges.every((roundChange) => isRoundChangeFor(height, payload.round, roundChange));
  if (!valid || authors.size !== roundChanges.length || authors.size < height.quorum) {
    return {
      rule: "C2.roundChanges",
      detail: `${authors.size} authors of ${roundChanges.length}, need ${height.quorum} distinct validators for round ${payload.round}`,
    };
  }
  const claim = highestClaim(roundChanges);
  if (claim === null && prepares.length === 0) return null;
  if (claim === null) return { rule: "C2.prepares", detail: "PREPAREs without a prepared claim" };
  if (!isPreparedBy(height, claim, prepares)) {
    return {
      rule: "C2.prepares",
      detail: `${prepares.length} PREPAREs for round ${claim.round} do not hold`,
    };
  }
  return reproposalFault(claim, block.hash);
}

function isRoundChangeFor(
  height: HeightState,
  round: number,
  { author, payload }: SignedRoundChange,
): boolean {
  return (
    height.validators.includes(author) &&
    payload.height === height.number &&
    payload.round === round &&
    (payload.prepared === null || payload.prepared.round < round)
  );
}

/** C5: byte-identical, which equal hashes say. */
function reproposalFault(claim: PreparedClaim, blockHash: string): ProposalFault | null {
  if (claim.blockHash === blockHash) return null;
  return {
    rule: "C5.blockHash",
    detail: `block ${blockHash}, prepared ${claim.blockHash} in round ${claim.round}`,
  };
}

/** H1 for fresh proposals; a re-proposal keeps the coinbase of its first proposer (C5). */
function freshnessFault(message: ProposalMessage): ProposalFault | null {
  if (!isFresh(message) || message.block.coinbase === message.author) return null;
  return { rule: "H1.coinbase", detail: `coinbase ${message.block.coinbase}, author ${message.author}` };
}
