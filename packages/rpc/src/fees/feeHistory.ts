import type { BlobFees } from "@causeway/chain/rules/blobFees";
import type { FullBlock } from "@causeway/chain/types/block";
import type { Receipt } from "@causeway/chain/types/receipt";
import type { RpcContext } from "../context.js";
import { quantity } from "../format/quantity.js";
import { effectiveTip } from "../format/transaction.js";
import { heightOf } from "../lookup/blockResolver.js";
import type { BlockTag } from "../params/blockRef.js";
import { serverError } from "../rpcError.js";

const PERCENTILES_MAX = 100;

/**
 * eth_feeHistory. Blocks without transactions report the least tip the pool takes, so that wallets always find a full
 * row of rewards.
 * @throws RpcError -32000 in geth's words for percentiles out of order and for a block beyond the head.
 */
export async function feeHistory(
  context: RpcContext,
  blockCount: number,
  newest: BlockTag | number,
  percentiles: readonly number[],
) {
  // As in geth: no blocks, and nothing else is looked at.
  if (blockCount === 0) return { oldestBlock: quantity(0), gasUsedRatio: null };
  checkPercentiles(percentiles);
  const { reader } = context;
  const last = heightOf(context, newest);
  const head = reader.headNumber();
  if (last > head) throw serverError(`request beyond head block: requested ${last}, head ${head}`);
  const count = Math.min(blockCount, context.limits.feeHistoryBlocksMax, last + 1);
  const oldest = last - count + 1;
  const rows: Row[] = [];
  for (let height = oldest; height <= last; height++) {
    await context.scope.step();
    rows.push(await row(context, height, percentiles));
  }
  const following =
    last === head ? reader.nextBaseFee() : ((await reader.header(last + 1))?.baseFeePerGas ?? 0n);
  return {
    oldestBlock: quantity(oldest),
    ...(percentiles.length === 0 ? {} : { reward: rows.map(({ rewards }) => rewards.map(quantity)) }),
    baseFeePerGas: [...rows.map(({ baseFee }) => baseFee), following].map(quantity),
    gasUsedRatio: rows.map(({ gasUsedRatio }) => gasUsedRatio),
    baseFeePerBlobGas: [...rows.map(({ blobs }) => blobs?.baseFee), rows.at(-1)?.blobs?.nextBaseFee].map(
      (fee) => quantity(fee ?? 0n),
    ),
    blobGasUsedRatio: rows.map(({ blobGasUsedRatio }) => blobGasUsedRatio),
  };
}

interface Row {
  readonly baseFee: bigint;
  readonly gasUsedRatio: number;
  readonly rewards: readonly bigint[];
  /** null before Cancun. */
  readonly blobs: BlobFees | null;
  readonly blobGasUsedRatio: number;
}

async function row(
  { reader, status }: RpcContext,
  height: number,
  percentiles: readonly number[],
): Promise<Row> {
  const header = await reader.header(height);
  if (header === null) throw serverError(`block ${height} not found`);
  const { baseFeePerGas, gasUsed, gasLimit, blobGasUsed } = header;
  const blobs = reader.blobFees(header);
  // Most blocks are empty: only the others are worth reading whole.
  const block = percentiles.length === 0 || gasUsed === 0n ? null : await reader.block(height);
  const receipts = block === null ? null : await reader.receipts(height);
  return {
    baseFee: baseFeePerGas ?? 0n,
    gasUsedRatio: gasLimit === 0n ? 0 : Number(gasUsed) / Number(gasLimit),
    blobs,
    blobGasUsedRatio: blobs === null ? 0 : Number(blobGasUsed ?? 0n) / Number(blobs.gasMax),
    rewards: rewards(block, receipts, percentiles) ?? percentiles.map(() => status.minTipWei),
  };
}

/** Tip at each percentile of the block's gas; null without transactions. */
function rewards(
  block: FullBlock | null,
  receipts: readonly Receipt[] | null,
  percentiles: readonly number[],
): bigint[] | null {
  if (block === null || receipts === null) return null;
  const { header, transactions } = block;
  const paid = transactions
    .map((transaction, index) => ({
      tip: effectiveTip(transaction, header.baseFeePerGas ?? 0n),
      gas: Number(receipts[index]?.gasUsed ?? 0n),
    }))
    .sort((a, b) => (a.tip < b.tip ? -1 : a.tip > b.tip ? 1 : 0));
  const [cheapest] = paid;
  if (cheapest === undefined) return null;
  let index = 0;
  let gasSoFar = cheapest.gas;
  return percentiles.map((percentile) => {
    const threshold = (Number(header.gasUsed) * percentile) / 100;
    while (gasSoFar < threshold && index < paid.length - 1) {
      index++;
      gasSoFar += paid[index]?.gas ?? 0;
    }
    return paid[index]?.tip ?? 0n;
  });
}

function checkPercentiles(percentiles: readonly number[]): void {
  if (percentiles.length > PERCENTILES_MAX) {
    throw serverError(`invalid reward percentile: over the query limit ${PERCENTILES_MAX}`);
  }
  for (const [i, percentile] of percentiles.entries()) {
    if (percentile < 0 || percentile > 100)
      throw serverError(`invalid reward percentile: ${percentile.toFixed(6)}`);
    const previous = percentiles[i - 1];
    if (previous !== undefined && percentile <= previous) {
      throw serverError(
        `invalid reward percentile: #${i - 1}:${previous.toFixed(6)} >= #${i}:${percentile.toFixed(6)}`,
      );
    }
  }
}
