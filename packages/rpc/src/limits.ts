/** Every bound of the server. Beyond a bound the caller gets an error that names it (X10): see limitFlags.ts. */
export interface RpcLimits {
  /** Bytes of one HTTP body or one websocket message. */
  readonly bodyBytesMax: number;
  /** Calls in one batch. */
  readonly batchItemsMax: number;
  /** Bytes of one answer, batches counted as a whole. */
  readonly responseBytesMax: number;
  /** Milliseconds after which the remaining calls of a batch are not begun. */
  readonly requestMsMax: number;
  /** Gas cap of eth_call and eth_estimateGas. */
  readonly callGasMax: bigint;
  /** Ether that the gas of a transaction sent here may cost at most, whole or in part; 0 for any. */
  readonly txFeeEtherMax: number;
  /** Milliseconds of one eth_call or eth_estimateGas. */
  readonly callMsMax: number;
  /** Milliseconds of one tracing request. */
  readonly traceMsMax: number;
  /** Blocks one trace_filter may span, each of which runs again. */
  readonly traceBlocksMax: number;
  /** Calls and simulations at one time; further ones wait their turn. */
  readonly concurrentCallsMax: number;
  /** Tracing requests at one time; further ones wait their turn. They are the long ones, and no call waits for them. */
  readonly concurrentTracesMax: number;
  /** Blocks one log query may span. */
  readonly logBlocksMax: number;
  /** Logs in one answer; a query of a single block may tell more. */
  readonly logEntriesMax: number;
  /** Blocks of one eth_feeHistory; what is asked beyond is cut, as geth does. */
  readonly feeHistoryBlocksMax: number;
  /** Open connections of one port, HTTP and websocket together; of the IPC socket as many again. */
  readonly connectionsMax: number;
  readonly subscriptionsPerConnectionMax: number;
  /** Addresses, topics and hashes that the subscriptions of one connection select by. */
  readonly watchedPerConnectionMax: number;
  /** Those of all connections together, and, as many again, those of all filters. */
  readonly watchedTotalMax: number;
  /**
   * Messages of one connection in work before reading from it pauses; what one read has brought still runs. As many
   * pipelined HTTP requests are in work at one time, further ones are refused.
   */
  readonly messagesInFlightMax: number;
  /**
   * Bytes of answers waiting to be sent to a websocket or IPC client, beyond which it is disconnected; of notifications,
   * beyond which it is when it takes nothing.
   */
  readonly bufferedBytesMax: number;
  /**
   * Bytes waiting to be sent to all clients together; beyond it the one with the most is disconnected. As many again are
   * kept of notifications for those who are behind; who is further behind is disconnected.
   */
  readonly bufferedBytesTotalMax: number;
  /** Bytes of requests that are being sent or in work, of all clients together; beyond it requests are refused. */
  readonly incomingBytesTotalMax: number;
  /** Milliseconds between pings; a websocket that was read from and did not answer the last one is dropped. */
  readonly pingIntervalMs: number;
  /** Installed filters; beyond it the client who has the most gives way to a new one. */
  readonly filtersMax: number;
  /** Milliseconds after which an unused filter is forgotten. */
  readonly filterIdleMsMax: number;
  /** Hashes that a pending-transaction filter holds between two polls, oldest dropped, and that a block filter tells at a time. */
  readonly filterHashesMax: number;
}

const MIB = 1024 * 1024;

/** geth's values where it has them, reth's for logs, trace_filter, connections, subscriptions and the fee history. */
export const DEFAULT_LIMITS: RpcLimits = {
  bodyBytesMax: 5 * MIB,
  batchItemsMax: 1_000,
  responseBytesMax: 25_000_000,
  requestMsMax: 30_000,
  callGasMax: 50_000_000n,
  txFeeEtherMax: 1,
  callMsMax: 5_000,
  traceMsMax: 30_000,
  traceBlocksMax: 100,
  concurrentCallsMax: 4,
  concurrentTracesMax: 2,
  logBlocksMax: 100_000,
  logEntriesMax: 20_000,
  feeHistoryBlocksMax: 1_024,
  connectionsMax: 500,
  subscriptionsPerConnectionMax: 1_024,
  watchedPerConnectionMax: 20_000,
  watchedTotalMax: 1_000_000,
  messagesInFlightMax: 64,
  bufferedBytesMax: 32 * MIB,
  bufferedBytesTotalMax: 256 * MIB,
  incomingBytesTotalMax: 256 * MIB,
  pingIntervalMs: 30_000,
  filtersMax: 1_024,
  filterIdleMsMax: 300_000,
  filterHashesMax: 10_000,
};

/** Milliseconds beyond a request's time in which nothing moves on its connection: the client reads no more. */
export const STALLED_MS_MAX = 30_000;

/** A timer of more than 31 bits fires at once. */
const TIME_MS_MAX = 2 ** 31 - 1 - STALLED_MS_MAX;
const TIMES: ReadonlySet<keyof RpcLimits> = new Set([
  "requestMsMax",
  "callMsMax",
  "traceMsMax",
  "pingIntervalMs",
  "filterIdleMsMax",
]);

/** The largest value that a limit may be given. */
export function largestOf(name: keyof RpcLimits): number {
  return TIMES.has(name) ? TIME_MS_MAX : Number.MAX_SAFE_INTEGER;
}
