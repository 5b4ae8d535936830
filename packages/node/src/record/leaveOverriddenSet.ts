import type { RecordEntry } from "@causeway/consensus/recordEntry";
import { consensusDigest, type SigningPayload } from "@causeway/protocol/consensusMessage";
import type { Address, Hash } from "@causeway/protocol/hex";
import type { Recover } from "@causeway/protocol/signature";
import { validatorSetHash } from "@causeway/protocol/validatorSet";
import type { VoteDomain } from "@causeway/protocol/voteDomain";

/** What the node resumes from where overrides replaced the validators of heights it voted at (V6, W3). */
export interface ResumedRecord {
  readonly entries: readonly RecordEntry[];
  /** To be signed before anything else, so that these keys go on above all they signed (W1). */
  readonly roundChanges: readonly { readonly author: Address; readonly signing: SigningPayload }[];
  /** Keys that must not vote at such a height: what they signed there counts in part only. */
  readonly silent: readonly Address[];
}

type Override = VoteDomain["overrides"][number];
type IsSigned = (vote: Pick<RecordEntry, "author" | "signing" | "signature">) => boolean;

/**
 * Entries without the votes that count for nothing at the height where an override begins: those signed in another domain,
 * COMMITs that name another set. What nobody can count binds nobody, so a key that signed any goes on in the round after its
 * last, claiming nothing. Only where set put aside and new set are one do COMMITs of before still count, while nobody could
 * be shown that their block was prepared: who signed one leaves the height to the others.
 * @param entries of heights that this node has not finalized.
 */
export function leaveOverriddenSet(
  entries: readonly RecordEntry[],
  domain: VoteDomain,
  recover: Recover,
): ResumedRecord {
  const isSigned: IsSigned = ({ author, signing, signature }) =>
    recover(consensusDigest(domain, signing), signature) === author;
  const left = domain.overrides.map((override) => leaveAt(override, entries, isSigned));
  const idle = new Set(left.flatMap((one) => one.idle));
  return {
    entries: entries.filter((entry) => !idle.has(entry)),
    roundChanges: left.flatMap(({ roundChanges }) => roundChanges),
    silent: left.flatMap(({ silent }) => silent),
  };
}

function leaveAt({ height, validators }: Override, entries: readonly RecordEntry[], isSigned: IsSigned) {
  const setHash = validatorSetHash(validators);
  const here = entries.filter(({ signing }) => signing.payload.height === height);
  const idle = here.filter((entry) => !counts(entry, setHash, isSigned));
  const halfCounted = here.filter((entry) => !idle.includes(entry) && !isBacked(entry, isSigned));
  const silent = [...new Set(halfCounted.map(({ author }) => author))];
  const roundChanges = validators.flatMap((author) => {
    const last = here.findLast((entry) => entry.author === author);
    if (last === undefined || !idle.includes(last) || silent.includes(author)) return [];
    const payload = { height, round: last.signing.payload.round + 1, prepared: null };
    return [{ author, signing: { kind: "round-change" as const, payload } }];
  });
  return { idle, silent, roundChanges };
}

function counts(entry: RecordEntry, setHash: Hash, isSigned: IsSigned): boolean {
  const { kind, payload } = entry.signing;
  return kind === "commit" ? payload.validatorSetHash === setHash : isSigned(entry);
}

/** Whether the PREPAREs behind a COMMIT count; nothing else has any. */
function isBacked({ prepares }: RecordEntry, isSigned: IsSigned): boolean {
  return prepares.every(({ payload, ...signer }) =>
    isSigned({ ...signer, signing: { kind: "prepare", payload } }),
  );
}
