import type { Address } from "@causeway/protocol/hex";
import type { ValidatorSet } from "@causeway/protocol/validatorSet";

/** Anything a validator signs for a round. */
export interface Vote {
  readonly author: Address;
  readonly payload: { readonly round: number };
}

/** Votes of one kind at one height: author -> round -> vote. */
export type VoteBook<V extends Vote> = ReadonlyMap<Address, ReadonlyMap<number, V>>;

/** Which rounds a book keeps per validator (C12): these, and besides them only the highest above `current`. */
export interface RoundWindow {
  readonly current: number;
  readonly retained: readonly number[];
}

export const EMPTY_BOOK: VoteBook<never> = new Map();

/** The book with the vote in it, or null when it has one of that round (the first stands) or the window no place for it. */
export function addVote<V extends Vote>(book: VoteBook<V>, vote: V, window: RoundWindow): VoteBook<V> | null {
  const { round } = vote.payload;
  const held = book.get(vote.author) ?? new Map<number, V>();
  const isKept = (other: number) => other === window.current || window.retained.includes(other);
  const highest = Math.max(round, ...held.keys());
  if (held.has(round) || (!isKept(round) && (round < window.current || round < highest))) return null;
  const kept = [...held].filter(([other]) => isKept(other) || other === highest);
  return new Map(book).set(vote.author, new Map(kept).set(round, vote));
}

export function voteOf<V extends Vote>(book: VoteBook<V>, author: Address, round: number): V | undefined {
  return book.get(author)?.get(round);
}

/** Votes for one round in the order of the set: what is counted never depends on the order of arrival. */
export function votesAt<V extends Vote>(book: VoteBook<V>, set: ValidatorSet, round: number): V[] {
  return set.flatMap((author) => voteOf(book, author, round) ?? []);
}

/** Each validator's vote of its highest round, in the order of the set (C11). */
export function highestVotes<V extends Vote>(book: VoteBook<V>, set: ValidatorSet): V[] {
  return set.flatMap((author) => {
    const rounds = book.get(author);
    return rounds?.get(Math.max(...rounds.keys())) ?? [];
  });
}
