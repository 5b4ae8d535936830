import type { FullBlock } from "@causeway/chain/types/block";
import type { Transaction } from "@causeway/chain/types/transaction";
import type { Address } from "@causeway/protocol/hex";

/** A transaction in the chain, found by who sent it. */
export interface Sent {
  readonly block: FullBlock;
  readonly index: number;
  readonly transaction: Transaction;
}

/** What an account sent in a block with a nonce. */
export function sentIn(block: FullBlock, sender: Address, nonce: bigint): Sent | null {
  const index = block.transactions.findIndex((tx) => tx.from === sender && tx.nonce === nonce);
  const transaction = block.transactions[index];
  return transaction === undefined ? null : { block, index, transaction };
}
