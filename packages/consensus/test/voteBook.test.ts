import assert from "node:assert/strict";
import type { Address } from "@causeway/protocol/hex";
import {
  addVote,
  EMPTY_BOOK,
  highestVotes,
  type Vote,
  type VoteBook,
  votesAt,
} from "../src/votes/voteBook.js";

describe("voteBook", () => {
  const window = { current: 5, retained: [2] };
  const vote = (round: number, author: Address = "0x01"): Vote => ({ author, payload: { round } });

  function filled(rounds: readonly number[]): VoteBook<Vote> {
    return rounds.reduce<VoteBook<Vote>>(
      (book, round) => addVote(book, vote(round), window) ?? book,
      EMPTY_BOOK,
    );
  }

  it("C12: keeps the current round, retained rounds and the highest later one", () => {
    const book = filled([1, 2, 3, 4, 5, 6, 9, 7]);
    assert.deepEqual([...(book.get("0x01")?.keys() ?? [])], [2, 5, 9]);
  });

  it("C12: gives back null for a round without a place", () => {
    const book = filled([9]);
    for (const round of [1, 4, 8]) assert.equal(addVote(book, vote(round), window), null);
  });

  it("the first vote of a round stands", () => {
    assert.equal(addVote(filled([5]), vote(5), window), null);
  });

  it("drops what the window has left behind when something is added", () => {
    const book = addVote(filled([2, 5]), vote(8), { current: 8, retained: [] });
    assert.deepEqual([...(book?.get("0x01")?.keys() ?? [])], [8]);
  });

  it("lists votes in the order of the set, whatever the order of arrival", () => {
    const arrivals = [vote(5, "0x03"), vote(9, "0x02"), vote(5, "0x02"), vote(5, "0x01")];
    const book = arrivals.reduce<VoteBook<Vote>>((b, v) => addVote(b, v, window) ?? b, EMPTY_BOOK);
    const set: Address[] = ["0x01", "0x02", "0x03"];
    assert.deepEqual(
      votesAt(book, set, 5).map(({ author }) => author),
      set,
    );
    assert.deepEqual(
      highestVotes(book, set).map(({ payload }) => payload.round),
      [5, 9, 5],
    );
  });
});
