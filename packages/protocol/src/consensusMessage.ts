import type { Block } from "./block.js";
import { type Checkpoint, checkpointDigest } from "./checkpoint.js";
import { digestUnder, structHash, typeHash, word } from "./eip712.js";
import { type Address, type Hash, type Signature, ZERO_HASH } from "./hex.js";
import { type VoteDomain, voteSeparator } from "./voteDomain.js";

/** Signed payload of PROPOSAL and PREPARE (C2, X1). */
export interface BlockVote {
  readonly height: number;
  readonly round: number;
  readonly blockHash: Hash;
}

/** Signed payload of ROUND-CHANGE. `prepared` null is encoded as round 0, hash 0x0. */
export interface RoundChangePayload {
  readonly height: number;
  readonly round: number;
  readonly prepared: PreparedClaim | null;
}

/** The author holds q PREPAREs for this block at this round. */
export interface PreparedClaim {
  readonly round: number;
  readonly blockHash: Hash;
}

/** A payload with its signature and the signer recovered from it at the edge (C16). */
export interface Authored<P> {
  readonly payload: P;
  readonly author: Address;
  readonly signature: Signature;
}

export type SignedPrepare = Authored<BlockVote>;
export type SignedRoundChange = Authored<RoundChangePayload>;

export interface ProposalMessage extends Authored<BlockVote> {
  readonly kind: "proposal";
  readonly block: Block;
  /** q ROUND-CHANGEs for (height, round) when round > 0, bare: without PREPAREs or block (C2). */
  readonly roundChanges: readonly SignedRoundChange[];
  /** The one set of PREPAREs behind the highest prepared claim among `roundChanges`; empty without a claim. */
  readonly prepares: readonly SignedPrepare[];
}

export interface PrepareMessage extends SignedPrepare {
  readonly kind: "prepare";
}

/** The signature is the commit seal over the checkpoint (C3). */
export interface CommitMessage extends Authored<Checkpoint> {
  readonly kind: "commit";
}

export interface RoundChangeMessage extends SignedRoundChange {
  readonly kind: "round-change";
  /** q PREPAREs behind the prepared claim, empty without one (C8). */
  readonly prepares: readonly SignedPrepare[];
  /** The prepared block; carried by the author's own message, null when relayed without it or without a claim. */
  readonly block: Block | null;
}

export type ConsensusMessage = ProposalMessage | PrepareMessage | CommitMessage | RoundChangeMessage;

const PROPOSAL_TYPE_HASH = typeHash("Proposal(uint64 height,uint32 round,bytes32 blockHash)");
const PREPARE_TYPE_HASH = typeHash("Prepare(uint64 height,uint32 round,bytes32 blockHash)");
const ROUND_CHANGE_TYPE_HASH = typeHash(
  "RoundChange(uint64 height,uint32 round,uint32 preparedRound,bytes32 preparedHash)",
);

/** What a validator signs: the kind decides the EIP-712 type. */
export type SigningPayload =
  | { readonly kind: "proposal"; readonly payload: BlockVote }
  | { readonly kind: "prepare"; readonly payload: BlockVote }
  | { readonly kind: "commit"; readonly payload: Checkpoint }
  | { readonly kind: "round-change"; readonly payload: RoundChangePayload };

/** The digest signed for a consensus message (C2, X1, V6). */
export function consensusDigest(domain: VoteDomain, message: SigningPayload): Hash {
  if (message.kind === "commit") return checkpointDigest(domain, message.payload);
  return digestUnder(voteSeparator(domain, message.payload.height), voteHash(message));
}

function voteHash(message: Exclude<SigningPayload, { kind: "commit" }>): Hash {
  switch (message.kind) {
    case "proposal":
      return blockVoteHash(PROPOSAL_TYPE_HASH, message.payload);
    case "prepare":
      return blockVoteHash(PREPARE_TYPE_HASH, message.payload);
    case "round-change":
      return roundChangeHash(message.payload);
  }
}

function blockVoteHash(type: Hash, { height, round, blockHash }: BlockVote): Hash {
  return structHash(type, [word(height), word(round), blockHash]);
}

function roundChangeHash({ height, round, prepared }: RoundChangePayload): Hash {
  return structHash(ROUND_CHANGE_TYPE_HASH, [
    word(height),
    word(round),
    word(prepared?.round ?? 0),
    prepared?.blockHash ?? ZERO_HASH,
  ]);
}
