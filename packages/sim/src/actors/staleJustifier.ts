import type {
  CommitMessage,
  ConsensusMessage,
  PrepareMessage,
  ProposalMessage,
  RoundChangeMessage,
  SignedPrepare,
  SignedRoundChange,
} from "@causeway/protocol/consensusMessage";
import type { Address } from "@causeway/protocol/hex";
import { quorum } from "@causeway/protocol/quorum";
import type { MakeActor } from "./actor.js";
import { makeOwnBlock } from "./ownBlock.js";

/** So many heights are kept, and so many rounds of each. */
const HEIGHTS_MAX = 8;
const ROUNDS_MAX = 64;
const PROPOSALS_MAX = 16;

/** What validators have said of one height, by what they said it of. */
interface Kept {
  /** Those without a claim, by round. */
  readonly roundChanges: Map<number, Map<Address, SignedRoundChange>>;
  /** By round; of each author the last. */
  readonly prepares: Map<number, Map<Address, SignedPrepare>>;
}

/**
 * Keeps what was truly said of earlier heights and justifies with it (C2, C8): with q ROUND-CHANGEs a fresh block in a later
 * round, for which it votes just when another one is about to be decided; with q PREPAREs a claim that is prepared nowhere
 * at this height.
 */
export const staleJustifier: MakeActor = ({ key, sign, height: ownHeight, validators, acted }) => {
  const heights = new Map<number, Kept>();
  /** PROPOSALs by the hash of their block. */
  const proposals = new Map<string, ProposalMessage>();
  const ownBlock = makeOwnBlock(key);

  function keep(message: ConsensusMessage): void {
    if (message.kind === "proposal") {
      if (proposals.size >= PROPOSALS_MAX) proposals.clear();
      proposals.set(message.payload.blockHash, message);
      for (const roundChange of message.roundChanges) keepRoundChange(roundChange);
    } else if (message.kind === "round-change") keepRoundChange(message);
    else if (message.kind === "prepare") keepPrepare(message);
  }

  function keepRoundChange({ author, payload, signature }: SignedRoundChange): void {
    if (payload.prepared !== null) return;
    ofRound(keptOf(payload.height)?.roundChanges, payload.round)?.set(author, { author, payload, signature });
  }

  function keepPrepare({ author, payload, signature }: SignedPrepare): void {
    ofRound(keptOf(payload.height)?.prepares, payload.round)?.set(author, { author, payload, signature });
  }

  function keptOf(height: number): Kept | undefined {
    const known = heights.get(height);
    if (known !== undefined || Math.abs(height - ownHeight()) > 1) return known;
    const kept: Kept = { roundChanges: new Map(), prepares: new Map() };
    heights.set(height, kept);
    if (heights.size > HEIGHTS_MAX) heights.delete(Math.min(...heights.keys()));
    return kept;
  }

  /** What was said of earlier heights, the latest first. */
  function before(height: number): Kept[] {
    const earlier = [...heights].filter(([of]) => of < height);
    return earlier.sort(([a], [b]) => b - a).map(([, kept]) => kept);
  }

  /** Of what was kept of a round, the words of q validators that seal this height; null when they are fewer. */
  function quorumAt<T extends { readonly author: Address }>(
    height: number,
    said: ReadonlyMap<Address, T> | undefined,
  ): T[] | null {
    const set = validators(height);
    const q = quorum(set.length);
    const words = set.flatMap((validator) => said?.get(validator) ?? []);
    return words.length < q ? null : words.slice(0, q);
  }

  /** A block of its own in a round for which nobody changed at this height; null when too few ever did at another. */
  function stalePropose(seen: ProposalMessage, round: number): ProposalMessage | null {
    const { height } = seen.payload;
    for (const { roundChanges: kept } of before(height)) {
      const roundChanges = quorumAt(height, kept.get(round));
      if (roundChanges === null) continue;
      const block = ownBlock(seen.block);
      const payload = { height, round, blockHash: block.hash };
      const signature = sign({ kind: "proposal", payload });
      return { kind: "proposal", payload, author: key, signature, block, roundChanges, prepares: [] };
    }
    return null;
  }

  /** In the first later round it proposes in and has ROUND-CHANGEs of. */
  function proposeOver({ payload: { blockHash, round, height } }: CommitMessage): ProposalMessage | null {
    const seen = proposals.get(blockHash);
    const set = validators(height);
    if (seen === undefined || seen.payload.height !== height || seen.payload.round !== round) return null;
    const turnsAhead = set.indexOf(key) - set.indexOf(seen.author);
    const isOwnTurn = (later: number) => (later - round - turnsAhead) % set.length === 0;
    const rounds = before(height).flatMap(({ roundChanges }) => [...roundChanges.keys()]);
    const later = rounds.filter((of) => of > round && isOwnTurn(of)).sort((a, b) => a - b);
    for (const of of later) {
      const proposal = stalePropose(seen, of);
      if (proposal !== null) return proposal;
    }
    return null;
  }

  /** Prepared, says it, in the highest round before this one in which anything ever was. */
  function staleClaim({ payload: { height, round } }: RoundChangeMessage): RoundChangeMessage | null {
    for (const { prepares: kept } of before(height)) {
      for (const [of, said] of [...kept].sort(([a], [b]) => b - a)) {
        const prepares = of < round ? quorumAt(height, said) : null;
        const [first] = prepares ?? [];
        if (prepares === null || first === undefined) continue;
        const { blockHash } = first.payload;
        if (prepares.some(({ payload }) => payload.blockHash !== blockHash)) continue;
        const payload = { height, round, prepared: { round: of, blockHash } };
        const signature = sign({ kind: "round-change", payload });
        const block = proposals.get(blockHash)?.block ?? null;
        return { kind: "round-change", payload, author: key, signature, prepares, block };
      }
    }
    return null;
  }

  function prepareOf({ payload }: ProposalMessage): PrepareMessage {
    return { kind: "prepare", payload, author: key, signature: sign({ kind: "prepare", payload }) };
  }

  /** The same transactions on the same parent come to the same state. */
  function commitOf({ payload: { round }, block }: ProposalMessage, other: CommitMessage): CommitMessage {
    const { hash: blockHash, timestamp } = block;
    const payload = { ...other.payload, round, blockHash, timestamp };
    return { kind: "commit", payload, author: key, signature: sign({ kind: "commit", payload }) };
  }

  /** Said instead of a message; beside it, if it is a COMMIT. */
  function stale(message: ConsensusMessage): readonly ConsensusMessage[] {
    if (message.kind === "prepare") return [];
    if (message.kind === "round-change") return [staleClaim(message) ?? []].flat();
    const proposal =
      message.kind === "commit" ? proposeOver(message) : stalePropose(message, message.payload.round);
    if (proposal === null) return [];
    const votes = [proposal, prepareOf(proposal)];
    return message.kind === "commit" ? [message, ...votes, commitOf(proposal, message)] : votes;
  }

  return {
    incoming: keep,
    outgoing(message) {
      keep(message);
      const said = message.author === key ? stale(message) : [];
      if (said.length === 0) return [message];
      acted();
      return said;
    },
  };
};

/** What was said of a round; undefined when no more rounds are kept. */
function ofRound<T>(
  rounds: Map<number, Map<Address, T>> | undefined,
  round: number,
): Map<Address, T> | undefined {
  const known = rounds?.get(round);
  if (known !== undefined || rounds === undefined || rounds.size >= ROUNDS_MAX) return known;
  const said = new Map<Address, T>();
  rounds.set(round, said);
  return said;
}
