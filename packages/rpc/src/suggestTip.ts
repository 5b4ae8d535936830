import type { RpcContext } from "./context.js";
import { effectiveTip } from "./format/transaction.js";

/** geth's gas price oracle: the 60th percentile of the cheapest few tips of each of the last 20 blocks. */
const BLOCKS = 20;
const SAMPLES_PER_BLOCK = 3;
const PERCENTILE = 60;
/** Wei suggested while no transaction tells otherwise; nothing on a chain whose gas is free (H6). */
const DEFAULT_TIP_WEI = 1_000_000n;
const TIP_MAX_WEI = 500_000_000_000n;

/** Wei per gas to offer the proposer; never below the chain's minimum. */
export async function suggestTip({ reader, status }: RpcContext): Promise<bigint> {
  const head = reader.headNumber();
  const tips: bigint[] = [];
  for (let height = head; height > Math.max(head - BLOCKS, 0); height--) {
    const block = await reader.block(height);
    if (block === null) continue;
    const { baseFeePerGas } = block.header;
    tips.push(
      ...block.transactions
        .map((transaction) => effectiveTip(transaction, baseFeePerGas))
        .sort(compare)
        .slice(0, SAMPLES_PER_BLOCK),
    );
  }
  tips.sort(compare);
  const fallback = reader.nextBaseFee() === 0n ? 0n : DEFAULT_TIP_WEI;
  const tip = tips[Math.floor(((tips.length - 1) * PERCENTILE) / 100)] ?? fallback;
  const bounded = tip > TIP_MAX_WEI ? TIP_MAX_WEI : tip;
  return bounded > status.minTipWei ? bounded : status.minTipWei;
}

function compare(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
