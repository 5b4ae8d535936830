import type { ChainReader } from "@causeway/chain/chainReader";
import { effectiveTip } from "../format/transaction.js";
import type { StatusPort } from "../statusPort.js";

/** geth's gas price oracle: the 60th percentile of the cheapest few tips of each of the last 20 blocks. */
const BLOCKS = 20;
const SAMPLES_PER_BLOCK = 3;
const PERCENTILE = 60;
/** Wei suggested while no transaction tells otherwise; nothing on a chain whose gas is free (H6). */
const DEFAULT_TIP_WEI = 1_000_000n;
const TIP_MAX_WEI = 500_000_000_000n;

/** Suggests what to offer the proposer; looked up once a block, however many wallets ask. */
export class TipOracle {
  private known: { readonly head: number; readonly tip: Promise<bigint> } | null = null;

  constructor(
    private readonly reader: ChainReader,
    private readonly status: StatusPort,
  ) {}

  /** Wei per gas above the base fee, never below the chain's minimum. */
  suggest(): Promise<bigint> {
    const head = this.reader.headNumber();
    if (this.known?.head === head) return this.known.tip;
    const tip = this.lookUp(head);
    this.known = { head, tip };
    tip.catch(() => {
      this.known = null;
    });
    return tip;
  }

  private async lookUp(head: number): Promise<bigint> {
    const tips: bigint[] = [];
    for (let height = head; height > Math.max(head - BLOCKS, 0); height--) {
      tips.push(...(await this.cheapest(height)));
    }
    tips.sort(ascending);
    const fallback = this.reader.nextBaseFee() === 0n ? 0n : DEFAULT_TIP_WEI;
    const tip = tips[Math.floor(((tips.length - 1) * PERCENTILE) / 100)] ?? fallback;
    const bounded = tip > TIP_MAX_WEI ? TIP_MAX_WEI : tip;
    return bounded > this.status.minTipWei ? bounded : this.status.minTipWei;
  }

  private async cheapest(height: number): Promise<bigint[]> {
    const header = await this.reader.header(height);
    // Most blocks are empty: only the others are worth reading whole.
    const block = header === null || header.gasUsed === 0n ? null : await this.reader.block(height);
    if (block === null) return [];
    const baseFee = block.header.baseFeePerGas ?? 0n;
    const tips = block.transactions.map((transaction) => effectiveTip(transaction, baseFee));
    return tips.sort(ascending).slice(0, SAMPLES_PER_BLOCK);
  }
}

function ascending(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
