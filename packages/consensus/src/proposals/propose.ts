import type { Block } from "@causeway/protocol/block";
import type { RoundChangeMessage } from "@causeway/protocol/consensusMessage";
import { proposer } from "@causeway/protocol/validatorSet";
import type { HeightState, Justification } from "../state.js";
import type { Step } from "../step.js";
import { votesAt } from "../votes/voteBook.js";
import { highestClaim } from "./highestClaim.js";

/** Round > 0: once q validators changed to this round and it is this node's turn, propose at once (C14), what is prepared first (C5). */
export function propose(step: Step) {
  const { round, validators, votes, quorum, blocks } = step.height;
  if (round.number === 0 || round.justification !== null || !isOwnTurn(step.height)) return;
  const received = votesAt(votes.roundChanges, validators, round.number);
  if (received.length < quorum) return;
  const roundChanges = withoutMissingBlocks(received, step.height);
  const claim = highestClaim(roundChanges);
  const backed = roundChanges.find(
    ({ payload }) => payload.prepared !== null && payload.prepared.round === claim?.round,
  );
  const justification: Justification = {
    roundChanges: roundChanges.map(({ payload, author, signature }) => ({ payload, author, signature })),
    prepares: backed?.prepares ?? [],
  };
  const prepared = claim === null ? null : blocks.get(claim.blockHash);
  if (claim !== null && prepared === undefined) return fetchMissing(step, received);
  stopFetching(step);
  if (round.proposal !== null) return proposeAgain(step, round.proposal, justification, prepared ?? null);
  step.updateRound({ justification });
  if (prepared) recordProposal(step, prepared);
  else build(step);
}

/**
 * C2, C5: any q ROUND-CHANGEs justify a PROPOSAL, since a block that may have been decided is claimed in each q of them. So a claim
 * whose block this node lacks is left out where q others remain: a faulty author may keep the block for itself.
 */
function withoutMissingBlocks(
  received: readonly RoundChangeMessage[],
  { blocks, quorum }: HeightState,
): readonly RoundChangeMessage[] {
  const proposable = received.filter(
    ({ payload: { prepared } }) => prepared === null || blocks.has(prepared.blockHash),
  );
  return proposable.length >= quorum ? proposable : received;
}

/** C2: missing blocks are asked for by hash, each once per round: whichever comes first may be enough. */
function fetchMissing(step: Step, received: readonly RoundChangeMessage[]) {
  const { number, round, blocks } = step.height;
  const claimed = received.flatMap(({ payload: { prepared } }) => prepared?.blockHash ?? []);
  const missing = [...new Set(claimed)].filter((hash) => !blocks.has(hash));
  if (missing.every((hash) => round.fetching.includes(hash))) return;
  step.updateRound({ fetching: missing });
  step.emit({ kind: "fetch-blocks", height: number, hashes: missing });
}

/** Nobody waits for blocks of a round that is left, or has its PROPOSAL: a faulty validator may have named any number. */
export function stopFetching(step: Step): void {
  const { number, round } = step.height;
  if (round.fetching.length === 0) return;
  step.updateRound({ fetching: [] });
  step.emit({ kind: "fetch-blocks", height: number, hashes: [] });
}

/** C1. */
export function isOwnTurn({ self, validators, head, round }: HeightState): boolean {
  return self !== null && self === proposer(validators, head.coinbase, round.number);
}

/** Ask for a fresh block: time is max(now, parent + period) (H1). */
export function build(step: Step): void {
  const { number, head, self, round, earliestTimestamp } = step.height;
  if (self === null) return;
  step.updateRound({ task: { kind: "build" } });
  step.emit({
    kind: "build",
    height: number,
    round: round.number,
    parentHash: head.hash,
    coinbase: self,
    timestamp: Math.max(Math.floor(step.state.nowMs / 1000), earliestTimestamp),
  });
}

export function recordProposal(step: Step, block: Block): void {
  const { number, self, round, blocks } = step.height;
  if (self === null) return;
  step.updateHeight({ blocks: new Map(blocks).set(block.hash, block) });
  step.emit({
    kind: "record",
    author: self,
    signing: { kind: "proposal", payload: { height: number, round: round.number, blockHash: block.hash } },
    block,
    prepares: [],
  });
}

/** W3: after a restart the record has the own PROPOSAL but not what justified it; send it when it is justified anew. */
function proposeAgain(step: Step, block: Block, justification: Justification, prepared: Block | null): void {
  const { ownProposal } = step.round;
  const stillJustified =
    prepared === null ? block.coinbase === step.height.self : prepared.hash === block.hash;
  if (ownProposal === null || !stillJustified) return;
  step.updateRound({ justification });
  step.emit({ kind: "broadcast", message: { kind: "proposal", ...ownProposal, block, ...justification } });
}
