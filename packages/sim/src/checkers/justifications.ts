import type {
  ConsensusMessage,
  PreparedClaim,
  ProposalMessage,
  RoundChangeMessage,
  SignedPrepare,
} from "@causeway/protocol/consensusMessage";
import type { ValidatorSet } from "@causeway/protocol/validatorSet";
import { quorumOf } from "./quorumOf.js";
import { Violation } from "./violation.js";

/**
 * C2, C5, C8: what an honest node sends or passes on stands on q distinct validators' words: a PROPOSAL above round 0 on
 * their ROUND-CHANGEs, a prepared claim on their PREPAREs.
 * @param set S(height).
 * @throws Violation
 */
export function checkJustification(message: ConsensusMessage, set: ValidatorSet): void {
  if (message.kind === "proposal") checkProposal(message, set);
  if (message.kind === "round-change") checkRoundChange(message, set);
}

function checkRoundChange({ author, payload, prepares }: RoundChangeMessage, set: ValidatorSet): void {
  const { height, round, prepared } = payload;
  const what = `ROUND-CHANGE of ${author} to (${height}, ${round})`;
  if (prepared === null) return;
  if (prepared.round >= round) throw new Violation("C8", `${what} claims round ${prepared.round}`);
  if (!isPrepared(height, prepared, prepares, set))
    throw new Violation("C8", `${what} claims what no quorum prepared`);
}

function checkProposal(message: ProposalMessage, set: ValidatorSet): void {
  const { author, payload, roundChanges, prepares, block } = message;
  const { height, round } = payload;
  const fault = (rule: string, what: string) =>
    new Violation(rule, `PROPOSAL of ${author} at (${height}, ${round}): ${what}`);
  if (block.hash !== payload.blockHash) throw fault("C2", "another block than was signed");
  if (round === 0) return;
  const authors = new Set(
    roundChanges
      .filter(({ payload: asked }) => asked.height === height && asked.round === round)
      .map((roundChange) => roundChange.author),
  );
  if (!isQuorum(authors, set)) throw fault("C2", `${authors.size} authors of ROUND-CHANGEs`);
  const claims = roundChanges.flatMap(({ payload: { prepared } }) => prepared ?? []);
  const highest = Math.max(...claims.map((claim) => claim.round));
  const claim = claims.find((any) => any.round === highest);
  if (claim === undefined) return;
  if (!isPrepared(height, claim, prepares, set)) throw fault("C8", "a claim that no quorum prepared");
  if (claim.blockHash !== block.hash) throw fault("C5", "another block than was prepared");
}

function isPrepared(
  height: number,
  claim: PreparedClaim,
  prepares: readonly SignedPrepare[],
  set: ValidatorSet,
): boolean {
  const same = prepares.filter(
    ({ payload }) =>
      payload.height === height && payload.round === claim.round && payload.blockHash === claim.blockHash,
  );
  return isQuorum(new Set(same.map(({ author }) => author)), set);
}

function isQuorum(authors: ReadonlySet<string>, set: ValidatorSet): boolean {
  return set.filter((key) => authors.has(key)).length >= quorumOf(set.length);
}
