import type { RecordEntry } from "@causeway/consensus/recordEntry";
import type { SigningPayload } from "@causeway/protocol/consensusMessage";
import type { Address, Hash } from "@causeway/protocol/hex";
import { type ValidatorSet, validatorSetHash } from "@causeway/protocol/validatorSet";

/** What a height is resumed from where an override replaced its validators (V6, W3). */
export interface ResumedHeight {
  readonly entries: readonly RecordEntry[];
  /** To be signed before anything else, so that these keys go on above all they signed (W1). */
  readonly roundChanges: readonly { readonly author: Address; readonly signing: SigningPayload }[];
}

/**
 * Entries without what was signed at `height` about blocks of the set put aside: nobody of the new set may accept such
 * a block, nor a claim that it was prepared. A key that signed any goes on in the round after its last, claiming nothing.
 * @param validators S(height), the override's list.
 */
export function leaveOverriddenSet(
  entries: readonly RecordEntry[],
  height: number,
  validators: ValidatorSet,
): ResumedHeight {
  const setHash = validatorSetHash(validators);
  const isHere = ({ signing }: RecordEntry) => signing.payload.height === height;
  const blocks = new Set(
    entries.filter(({ block }) => block?.extraData === setHash).map(({ block }) => block?.hash),
  );
  const isKept = (entry: RecordEntry) => !isHere(entry) || speaksOf(entry.signing, setHash, blocks);
  const roundChanges = validators.flatMap((author) => {
    const last = entries.findLast((entry) => entry.author === author && isHere(entry));
    if (last === undefined || isKept(last)) return [];
    const payload = { height, round: last.signing.payload.round + 1, prepared: null };
    return [{ author, signing: { kind: "round-change" as const, payload } }];
  });
  return { entries: entries.filter(isKept), roundChanges };
}

/** Whether a payload names no block, or one of the set of this hash. */
function speaksOf(
  { kind, payload }: SigningPayload,
  setHash: Hash,
  blocks: ReadonlySet<Hash | undefined>,
): boolean {
  switch (kind) {
    case "proposal":
    case "prepare":
      return blocks.has(payload.blockHash);
    case "commit":
      return payload.validatorSetHash === setHash;
    case "round-change":
      return payload.prepared === null || blocks.has(payload.prepared.blockHash);
  }
}
