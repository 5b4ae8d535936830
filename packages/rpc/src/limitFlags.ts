import type { RpcLimits } from "./limits.js";

/** How an operator sets a limit on the command line. */
export interface LimitFlag {
  readonly flag: `--rpc-${string}`;
  /** What is counted. */
  readonly unit: string;
  /** What is bounded, for the help text. */
  readonly bounds: string;
}

/** The limits that callers meet, by their name in `rpc.limits` of the node's config. */
export const LIMIT_FLAGS = {
  bodyBytesMax: { flag: "--rpc-body-bytes", unit: "bytes", bounds: "one HTTP body or message" },
  batchItemsMax: { flag: "--rpc-batch-items", unit: "calls", bounds: "one batch" },
  responseBytesMax: { flag: "--rpc-response-bytes", unit: "bytes", bounds: "one answer, a batch as a whole" },
  requestMsMax: { flag: "--rpc-request-ms", unit: "ms", bounds: "one request, a batch as a whole" },
  callGasMax: { flag: "--rpc-call-gas", unit: "gas", bounds: "one eth_call or eth_estimateGas" },
  txFeeEtherMax: { flag: "--rpc-tx-fee-cap", unit: "ether", bounds: "one transaction sent; 0 for none" },
  callMsMax: { flag: "--rpc-call-ms", unit: "ms", bounds: "one eth_call or eth_estimateGas" },
  traceMsMax: { flag: "--rpc-trace-ms", unit: "ms", bounds: "one tracing request" },
  traceBlocksMax: { flag: "--rpc-trace-blocks", unit: "blocks", bounds: "the range of one trace_filter" },
  logBlocksMax: { flag: "--rpc-log-blocks", unit: "blocks", bounds: "the range of one log query" },
  logEntriesMax: { flag: "--rpc-log-entries", unit: "logs", bounds: "the answer to one log query" },
  filtersMax: { flag: "--rpc-filters", unit: "filters", bounds: "all clients together" },
  filterIdleMsMax: { flag: "--rpc-filter-idle-ms", unit: "ms", bounds: "a filter between two polls" },
  feeHistoryBlocksMax: {
    flag: "--rpc-fee-history-blocks",
    unit: "blocks",
    bounds: "one eth_feeHistory, which is cut to it",
  },
  subscriptionsPerConnectionMax: {
    flag: "--rpc-subscriptions",
    unit: "subscriptions",
    bounds: "one websocket or IPC connection",
  },
  connectionsMax: {
    flag: "--rpc-connections",
    unit: "connections",
    bounds: "HTTP and websocket together; IPC has as many again",
  },
} as const satisfies Partial<Record<keyof RpcLimits, LimitFlag>>;

export type FlaggedLimit = keyof typeof LIMIT_FLAGS;

/**
 * The part of an error that names a limit and what to set to change it (X10).
 * @example limitText(limits, "batchItemsMax") // "the limit is 1000 calls (--rpc-batch-items)"
 */
export function limitText(limits: RpcLimits, name: FlaggedLimit): string {
  const { flag, unit } = LIMIT_FLAGS[name];
  return `the limit is ${limits[name]} ${unit} (${flag})`;
}
