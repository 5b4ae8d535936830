import { type BlockParts, decodeBlockParts } from "@causeway/chain/codec/block";
import { EMPTY_LIST_HASH, EMPTY_ROOT } from "@causeway/chain/codec/header";
import { listRoot } from "@causeway/chain/codec/listRoot";
import type { Block } from "@causeway/protocol/block";
import { CausewayError } from "@causeway/protocol/errors";

/**
 * Whether a block carries the body its header commits to. Signatures and hashes cover the header only, so anybody who
 * relays a block could swap the body; the swapped one must not take the place of the real one in consensus (C16).
 * What is wrong with the header itself is for the chain to find.
 * @returns the rule that is broken, or null.
 */
export async function bodyFault(block: Block): Promise<string | null> {
  let parts: BlockParts;
  try {
    parts = decodeBlockParts(block.bytes);
  } catch (error) {
    return error instanceof CausewayError && error.code === "H1.encoding" ? error.code : null;
  }
  const { header, ommers, withdrawals, rawTransactions } = parts;
  if (ommers > 0 && header.sha3Uncles === EMPTY_LIST_HASH) return "H1.ommers";
  if (withdrawals > 0 && header.withdrawalsRoot === EMPTY_ROOT) return "H1.withdrawals";
  return (await listRoot(rawTransactions)) === header.transactionsRoot ? null : "H1.transactionsRoot";
}
