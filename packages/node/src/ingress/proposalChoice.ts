import { proposalFault } from "@causeway/consensus/proposals/proposalFault";
import type { HeightState } from "@causeway/consensus/state";
import type { ProposalMessage } from "@causeway/protocol/consensusMessage";
import type { Address, Hash } from "@causeway/protocol/hex";

/** What was let through of one author at one height. */
interface Chosen {
  /** Round -> the first block. */
  readonly first: Map<number, Hash>;
  /** A PROPOSAL of which the core could not say yet, or could not say well, that it may be made. */
  hasUnfounded: boolean;
  /** A second block for a round. */
  hasSecond: boolean;
}

/**
 * Chooses the PROPOSALs whose blocks are looked at: bodies are dear, and one validator can sign any number of blocks (C12,
 * N2). Per author and height these are
 * - the first block of every round whose PROPOSAL the core will accept: those rest on q validators, or are of round 0;
 * - one block besides, for the refusal to be seen, or because it is of the next height, whose set is not known yet;
 * - one that contradicts the first of its round: more do not convict him better (C15).
 */
export class ProposalChoice {
  readonly #heights = new Map<number, Map<Address, Chosen>>();

  /** @param height the one being decided. @param proposal of a validator of S(h), for `height` or the next. */
  isWanted(height: HeightState, proposal: ProposalMessage): boolean {
    for (const old of this.#heights.keys()) if (old < height.number) this.#heights.delete(old);
    const { round, blockHash } = proposal.payload;
    const chosen = this.#chosenOf(proposal);
    const first = chosen.first.get(round);
    if (first === blockHash) return true;
    if (first !== undefined) {
      const isFirstSecond = !chosen.hasSecond;
      chosen.hasSecond = true;
      return isFirstSecond;
    }
    if (!isFounded(height, proposal)) {
      if (chosen.hasUnfounded) return false;
      chosen.hasUnfounded = true;
    }
    chosen.first.set(round, blockHash);
    return true;
  }

  #chosenOf({ author, payload: { height } }: ProposalMessage): Chosen {
    const authors = this.#heights.get(height) ?? new Map<Address, Chosen>();
    this.#heights.set(height, authors);
    const chosen = authors.get(author) ?? { first: new Map(), hasUnfounded: false, hasSecond: false };
    authors.set(author, chosen);
    return chosen;
  }
}

function isFounded(height: HeightState, proposal: ProposalMessage): boolean {
  return proposal.payload.height === height.number && proposalFault(height, proposal) === null;
}
