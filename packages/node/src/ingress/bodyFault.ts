import { type BlockParts, decodeBlockParts } from "@causeway/chain/codec/block";
import { listRoot } from "@causeway/chain/codec/listRoot";
import { TRANSACTION_GAS } from "@causeway/chain/rules/intrinsicGas";
import type { Block } from "@causeway/protocol/block";
import { CausewayError } from "@causeway/protocol/errors";

/**
 * Whether a block carries the body its header commits to. Signatures and hashes cover the header only, so anybody who
 * relays a block could swap the body; the swapped one must not take the place of the real one in consensus (C16).
 * What is wrong with the header itself is for the chain to find, save that a body is not hashed for which no header has gas.
 * @param gasLimitMax above every gas limit of the chain (H1): what a body may cost to hash.
 * @returns the rule that is broken, or null: then these are the only bytes of a block with this hash.
 */
export function bodyFault(block: Block, gasLimitMax: bigint): string | null {
  let parts: BlockParts;
  try {
    parts = decodeBlockParts(block.bytes);
  } catch (error) {
    if (error instanceof CausewayError) return error.code;
    throw error;
  }
  const { header, ommersHash, withdrawals, rawTransactions } = parts;
  if (header.gasLimit > gasLimitMax) return "H1.gasLimit";
  if (BigInt(rawTransactions.length) * TRANSACTION_GAS > header.gasLimit) return "H1.transactions";
  if (ommersHash !== header.sha3Uncles) return "H1.ommers";
  if (listRoot(withdrawals) !== header.withdrawalsRoot) {
    return withdrawals.length > 0 ? "H1.withdrawals" : "H1.withdrawalsRoot";
  }
  return listRoot(rawTransactions) === header.transactionsRoot ? null : "H1.transactionsRoot";
}
