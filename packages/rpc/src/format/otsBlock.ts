import type { Reward } from "@causeway/chain/rules/ethereum/blockRewards";
import type { FullBlock } from "@causeway/chain/types/block";
import type { Receipt } from "@causeway/chain/types/receipt";
import { formatBlock } from "./block.js";
import { quantity } from "./quantity.js";

/** Otterscan's block page: no list of transactions, no bloom, but what the block paid. @param rewards the miner's first. */
export function formatOtsBlock(block: FullBlock, receipts: readonly Receipt[], rewards: readonly Reward[]) {
  const { transactions: _omitted, ...header } = formatBlock(block, false);
  const [own, ...ommers] = rewards.map(({ amount }) => amount);
  const blockReward = own ?? 0n;
  const uncleReward = ommers.reduce((sum, amount) => sum + amount, 0n);
  const fees = receipts.reduce(
    (sum, { gasUsed, effectiveGasPrice }) => sum + gasUsed * effectiveGasPrice,
    0n,
  );
  return {
    block: { ...header, logsBloom: null, transactionCount: block.transactions.length },
    issuance: {
      blockReward: quantity(blockReward),
      uncleReward: quantity(uncleReward),
      issuance: quantity(blockReward + uncleReward),
    },
    totalFees: quantity(fees),
  };
}
