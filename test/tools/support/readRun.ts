import { type Call, rpc, rpcBatch } from "../../support/rpc.js";
import type { ToolChain } from "./toolChain.js";

/** Blocks asked for in one request. */
const BATCH = 50;

export interface RunLog {
  readonly address: string;
  readonly topics: readonly string[];
  readonly data: string;
}

export interface RunReceipt {
  readonly transactionHash: string;
  readonly type: string;
  readonly status: string;
  readonly gasUsed: string;
  readonly cumulativeGasUsed: string;
  readonly logsBloom: string;
  readonly logs: readonly RunLog[];
  readonly contractAddress: string | null;
  readonly from: string;
  readonly to: string | null;
}

/** As the RPC returns it, every field a string in hex. */
export interface RunTransaction {
  readonly [field: string]: unknown;
  readonly hash: string;
}

export interface RunBlock {
  readonly header: Readonly<Record<string, string>>;
  readonly transactions: readonly RunTransaction[];
  readonly receipts: readonly RunReceipt[];
}

/** Every block of the run so far, from 1, by RPC alone. */
export async function readRun({ url }: ToolChain): Promise<RunBlock[]> {
  const head = Number(await rpc<string>(url, "eth_blockNumber"));
  const numbers = Array.from({ length: head }, (_, i) => `0x${(i + 1).toString(16)}`);
  const blocks: RunBlock[] = [];
  for (let from = 0; from < head; from += BATCH) {
    const some = numbers.slice(from, from + BATCH);
    const calls = some.flatMap((number): Call[] => [
      ["eth_getBlockByNumber", number, true],
      ["eth_getBlockReceipts", number],
    ]);
    const answers = await rpcBatch(url, calls);
    for (let i = 0; i < some.length; i++) {
      const header = answers[2 * i] as Record<string, string> & { transactions: RunTransaction[] };
      blocks.push({
        header,
        transactions: header.transactions,
        receipts: answers[2 * i + 1] as RunReceipt[],
      });
    }
  }
  return blocks;
}
