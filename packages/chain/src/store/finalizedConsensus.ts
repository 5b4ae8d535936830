import type { Hash } from "@causeway/protocol/hex";
import type { Block } from "@ethereumjs/block";
import type { Consensus } from "@ethereumjs/blockchain";
import { ConsensusAlgorithm } from "@ethereumjs/common";
import { chainError } from "../chainError.js";
import { toHex } from "../codec/hex.js";

/**
 * The library's consensus hook. For a post-merge chain any sibling it is given becomes its head, so this lets in
 * exactly the block whose certificate is being committed (F1, F2). `setup` and `genesisInit` run more than once and
 * have nothing to do.
 */
export class FinalizedConsensus implements Consensus {
  readonly algorithm = ConsensusAlgorithm.Casper;
  /** The one block that may enter now. */
  admitted: Hash | null = null;

  async genesisInit(): Promise<void> {}
  async setup(): Promise<void> {}
  async validateDifficulty(): Promise<void> {}
  async newBlock(): Promise<void> {}

  async validateConsensus(block: Block): Promise<void> {
    const hash = toHex(block.hash());
    if (hash !== this.admitted) {
      throw chainError(
        "F2",
        `block ${hash} at height ${block.header.number} is not the one being finalized (F2)`,
      );
    }
  }
}
