import type { Evidence } from "@causeway/consensus/evidence";
import type { SigningPayload } from "@causeway/protocol/consensusMessage";
import type { Signature } from "@causeway/protocol/hex";

/** What a validator signed, and its signature. */
export interface SignedVote {
  readonly signing: SigningPayload;
  readonly signature: Signature;
}

/** The two votes of a piece of evidence, each with the type it was signed as (C2, C15). */
export function signedVotes(evidence: Evidence): readonly [SignedVote, SignedVote] {
  switch (evidence.kind) {
    case "double-proposal":
      return pair("proposal", evidence);
    case "double-prepare":
      return pair("prepare", evidence);
    case "double-commit":
      return pair("commit", evidence);
    case "double-round-change":
      return pair("round-change", evidence);
    case "forgotten-commit":
      return [vote("commit", evidence.first), vote("round-change", evidence.second)];
  }
}

type Payload<K extends SigningPayload["kind"]> = Extract<SigningPayload, { kind: K }>["payload"];
interface Signed<K extends SigningPayload["kind"]> {
  readonly payload: Payload<K>;
  readonly signature: Signature;
}

function pair<K extends SigningPayload["kind"]>(
  kind: K,
  { first, second }: { readonly first: Signed<K>; readonly second: Signed<K> },
): readonly [SignedVote, SignedVote] {
  return [vote(kind, first), vote(kind, second)];
}

function vote<K extends SigningPayload["kind"]>(kind: K, { payload, signature }: Signed<K>): SignedVote {
  return { signing: { kind, payload } as SigningPayload, signature };
}
