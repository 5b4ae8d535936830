import type { Evidence } from "@causeway/consensus/evidence";
import { consensusDigest, type SigningPayload } from "@causeway/protocol/consensusMessage";
import { ZERO_HASH } from "@causeway/protocol/hex";
import { type VoteDomain, voteSalt } from "@causeway/protocol/voteDomain";
import type { Json } from "@causeway/rpc/json";
import { removalVote } from "./removalVote.js";
import { type SignedVote, signedVotes } from "./signedVotes.js";

/** The EIP-712 types of X1, as any library that checks typed data takes them. */
export const VOTE_TYPES = {
  Proposal: blockVote(),
  Prepare: blockVote(),
  Checkpoint: fields(
    ...["uint64 height", "uint32 round", "uint64 timestamp", "bytes32 blockHash", "bytes32 stateRoot"],
    ...["bytes32 outboxRoot", "uint64 outboxCount", "bytes32 inboxAcc", "uint64 inboxCount"],
    ...["bytes32 validatorSetHash", "bytes32 nextValidatorSetHash"],
  ),
  RoundChange: fields("uint64 height", "uint32 round", "uint32 preparedRound", "bytes32 preparedHash"),
};

/** The EIP-712 domain a vote is signed in (C2): from an override on, all but COMMITs in one of its own (V6). */
function typedDataDomain(domain: VoteDomain, { kind, payload }: SigningPayload) {
  const { chainId, genesisHash } = domain;
  const salt = kind === "commit" ? genesisHash : voteSalt(domain, payload.height);
  return { name: "Causeway", version: "1", chainId, salt };
}

/**
 * Evidence so that anybody can check it: ecrecover(digest, signature) is the validator, and the digest is that of
 * `message` as the EIP-712 type `primaryType` in `domain`. With it, the command that proposes the validator's removal (F3).
 */
export function evidenceJson(evidence: Evidence, domain: VoteDomain) {
  const { validator, height, kind } = evidence;
  const [first, second] = signedVotes(evidence);
  return {
    validator,
    height,
    kind,
    first: voteJson(first, domain),
    second: voteJson(second, domain),
    removalVote: removalVote(validator),
  };
}

function voteJson({ signing, signature }: SignedVote, domain: VoteDomain) {
  const typed = { ...typedMessage(signing), domain: typedDataDomain(domain, signing) };
  return { ...typed, digest: consensusDigest(domain, signing), signature };
}

function typedMessage(signing: SigningPayload): {
  readonly primaryType: keyof typeof VOTE_TYPES;
  readonly message: { readonly [field: string]: Json };
} {
  switch (signing.kind) {
    case "proposal":
      return { primaryType: "Proposal", message: { ...signing.payload } };
    case "prepare":
      return { primaryType: "Prepare", message: { ...signing.payload } };
    case "commit":
      return { primaryType: "Checkpoint", message: { ...signing.payload } };
    case "round-change": {
      const { height, round, prepared } = signing.payload;
      const claim = { preparedRound: prepared?.round ?? 0, preparedHash: prepared?.blockHash ?? ZERO_HASH };
      return { primaryType: "RoundChange", message: { height, round, ...claim } };
    }
  }
}

function blockVote() {
  return fields("uint64 height", "uint32 round", "bytes32 blockHash");
}

function fields(
  ...declarations: readonly string[]
): readonly { readonly name: string; readonly type: string }[] {
  return declarations.map((declaration) => {
    const [type = "", name = ""] = declaration.split(" ");
    return { name, type };
  });
}
