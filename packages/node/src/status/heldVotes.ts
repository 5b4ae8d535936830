import type { State } from "@causeway/consensus/state";
import type { Votes } from "@causeway/consensus/votes/votes";

/**
 * How many votes of the height being decided and of the head's, and messages of the next, the consensus core holds: bounded
 * for each validator, whoever sends whatever (C12).
 */
export function heldVotes({ height, decided, early }: State): number {
  const books = [height?.votes, decided?.votes].flatMap((votes) => (votes ? booksOf(votes) : []));
  return [...books, early].reduce((sum, book) => sum + placesIn(book), 0);
}

/** By author. */
type Book = ReadonlyMap<string, { readonly size: number }>;

function booksOf({ proposals, prepares, commits, roundChanges }: Votes): Book[] {
  return [proposals, prepares, commits, roundChanges];
}

function placesIn(book: Book): number {
  return [...book.values()].reduce((sum, { size }) => sum + size, 0);
}
