import type { FullBlock } from "@causeway/chain/types/block";
import type { RpcContext } from "../context.js";
import type { BlockTag } from "../params/blockRef.js";
import { findBlock } from "./blockResolver.js";

/** Transactions shown in the pending block: about what a block holds. */
const PENDING_TRANSACTIONS_MAX = 1_500;

/**
 * The block after the head as far as this node can know it: the pool's executable transactions over the head's state.
 * Roots and bloom are the head's until a block is proposed.
 */
export async function pendingBlock({ reader, pool }: RpcContext): Promise<FullBlock | null> {
  const head = await reader.block(reader.headNumber());
  if (head === null) return null;
  const transactions = await pool.pending(PENDING_TRANSACTIONS_MAX);
  return {
    header: {
      ...head.header,
      number: head.header.number + 1,
      parentHash: head.header.hash,
      parentBeaconBlockRoot: head.header.parentBeaconBlockRoot === null ? null : head.header.hash,
      timestamp: Math.max(Math.floor(Date.now() / 1000), head.header.timestamp + 1),
      baseFeePerGas: head.header.baseFeePerGas === null ? null : reader.nextBaseFee(),
      gasUsed: 0n,
    },
    transactions,
    ommers: [],
    withdrawals: head.withdrawals === null ? null : [],
    size: transactions.reduce((sum, { raw }) => sum + raw.length, 0),
  };
}

/** The block of a height or tag, the pending one included. */
export function findBlockOrPending(context: RpcContext, ref: BlockTag | number): Promise<FullBlock | null> {
  return ref === "pending" ? pendingBlock(context) : findBlock(context, ref);
}
