import type { FullBlock } from "@causeway/chain/chainReader";
import type { RpcContext } from "./context.js";
import { formatBlock } from "./format/block.js";
import { quantity } from "./format/quantity.js";
import { formatTransaction } from "./format/transaction.js";

/** Transactions shown in the pending block: about what a block holds. */
const PENDING_TRANSACTIONS_MAX = 1_500;

/**
 * The block after the head as far as this node can know it: the pool's executable transactions over the head's state.
 * As with geth, hash, nonce and miner are null; roots and bloom are the head's until a block is proposed.
 */
export async function pendingBlock({ reader, pool }: RpcContext, full: boolean) {
  const head = await reader.block(reader.headNumber());
  if (head === null) return null;
  const transactions = (await pool.content()).pending.slice(0, PENDING_TRANSACTIONS_MAX);
  const next: FullBlock = {
    header: {
      ...head.header,
      number: head.header.number + 1,
      parentHash: head.header.hash,
      parentBeaconBlockRoot: head.header.parentBeaconBlockRoot === null ? null : head.header.hash,
      timestamp: Math.max(Math.floor(Date.now() / 1000), head.header.timestamp + 1),
      baseFeePerGas: head.header.baseFeePerGas === null ? null : reader.nextBaseFee(),
      gasUsed: 0n,
    },
    transactions: [],
    ommers: [],
    withdrawals: head.withdrawals === null ? null : [],
    size: 0,
  };
  return {
    ...formatBlock(next, false),
    hash: null,
    nonce: null,
    miner: null,
    transactions: transactions.map((transaction) =>
      full ? formatTransaction(transaction, null) : transaction.hash,
    ),
    size: quantity(transactions.reduce((sum, { raw }) => sum + raw.length, 0)),
  };
}
