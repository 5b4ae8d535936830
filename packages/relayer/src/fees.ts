import { blockParameter, type RpcReader } from "@causeway/bridge/rpc/rpcReader";

/** EIP-1559 fees, wei per gas. */
export interface Fees {
  readonly maxFeePerGas: bigint;
  readonly maxPriorityFeePerGas: bigint;
}

/** Fees, and the newest block when they were suggested. */
export interface SuggestedFees {
  readonly fees: Fees;
  readonly head: number;
}

/** Tip where the node suggests none, wei per gas. */
const DEFAULT_TIP_WEI = 1_000_000_000n;
/** A base fee may rise by 1/8 a block: twice the present one lasts about six full blocks. */
const BASE_FEE_ROOM = 2n;

/** Fees that should be mined soon. */
export async function suggestFees(reader: RpcReader, maxFeeWei: bigint): Promise<SuggestedFees> {
  const block = (await reader.send("eth_getBlockByNumber", [blockParameter("latest"), false])) as {
    baseFeePerGas?: string;
    number?: string;
  } | null;
  const baseFee = BigInt(block?.baseFeePerGas ?? "0x0");
  const tip = await suggestTip(reader);
  const fees = { maxFeePerGas: baseFee * BASE_FEE_ROOM + tip, maxPriorityFeePerGas: tip };
  return { fees: bounded(fees, maxFeeWei), head: Number(block?.number ?? "0x0") };
}

async function suggestTip(reader: RpcReader): Promise<bigint> {
  try {
    return BigInt(String(await reader.send("eth_maxPriorityFeePerGas", [])));
  } catch {
    return DEFAULT_TIP_WEI;
  }
}

/**
 * Fees that replace a transaction: both at least 12.5 % above the last (nodes refuse less than 10 %), and no less than
 * what is suggested now. Null when that would exceed the bound.
 */
export function bumpFees(last: Fees, suggested: Fees, maxFeeWei: bigint): Fees | null {
  const maxFeePerGas = larger(raised(last.maxFeePerGas), suggested.maxFeePerGas);
  const tip = larger(raised(last.maxPriorityFeePerGas), suggested.maxPriorityFeePerGas);
  return maxFeePerGas > maxFeeWei ? null : { maxFeePerGas, maxPriorityFeePerGas: tip };
}

/** An eighth more, rounded up. */
function raised(wei: bigint): bigint {
  return wei + (wei + 7n) / 8n + 1n;
}

function larger(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}

function bounded({ maxFeePerGas, maxPriorityFeePerGas }: Fees, maxFeeWei: bigint): Fees {
  const cap = maxFeePerGas < maxFeeWei ? maxFeePerGas : maxFeeWei;
  return { maxFeePerGas: cap, maxPriorityFeePerGas: maxPriorityFeePerGas < cap ? maxPriorityFeePerGas : cap };
}
