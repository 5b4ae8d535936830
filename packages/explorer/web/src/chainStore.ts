import { useEffect, useState } from "preact/hooks";
import { FeedClient, type FeedState } from "../../src/feed/feedClient.js";
import {
  type BlockPayload,
  FEED_PATH,
  type StatsPayload,
  type TransactionPayload,
  type TransferPayload,
  type ValidatorsPayload,
} from "../../src/feed/feedProtocol.js";

/** Rows kept per list. */
export const LIST_LENGTH = 50;

/** All that the page knows of the running chain, newest first. */
export interface ChainStore {
  readonly connection: FeedState;
  readonly stats: StatsPayload | null;
  readonly blocks: readonly BlockPayload[];
  readonly transactions: readonly TransactionPayload[];
  readonly transfers: readonly TransferPayload[];
  readonly validators: ValidatorsPayload | null;
}

let store: ChainStore = {
  connection: "connecting",
  stats: null,
  blocks: [],
  transactions: [],
  transfers: [],
  validators: null,
};
const listeners = new Set<() => void>();

function change(part: Partial<ChainStore>): void {
  store = { ...store, ...part };
  for (const listener of listeners) listener();
}

/** Follow the feed for as long as the page is open; a lost connection resumes from its cursors. */
export function startChainStore(): void {
  const client = new FeedClient({
    url: `${location.origin.replace(/^http/, "ws")}${FEED_PATH}`,
    open: (url, protocol) => new WebSocket(url, protocol),
    onState: (connection) => change({ connection }),
  });
  window.addEventListener("online", () => client.retryNow());
  client.subscribe({
    topic: "stats",
    snapshot: true,
    onSnapshot: ([stats]) => change({ stats: (stats as StatsPayload | undefined) ?? null }),
    onEvent: ({ data }) => change({ stats: data as StatsPayload }),
  });
  client.subscribe({
    topic: "validators",
    snapshot: true,
    onSnapshot: ([validators]) =>
      change({ validators: (validators as ValidatorsPayload | undefined) ?? null }),
    onEvent: ({ data }) => change({ validators: data as ValidatorsPayload }),
  });
  client.subscribe({
    topic: "blocks",
    snapshot: LIST_LENGTH,
    onSnapshot: (values) => change({ blocks: (values as BlockPayload[]).toReversed() }),
    onEvent: ({ data }) => change({ blocks: prepend(store.blocks, data as BlockPayload) }),
  });
  client.subscribe({
    topic: "txs",
    snapshot: LIST_LENGTH,
    onSnapshot: (values) => change({ transactions: (values as TransactionPayload[]).toReversed() }),
    onEvent: ({ data }) => change({ transactions: prepend(store.transactions, data as TransactionPayload) }),
  });
  client.subscribe({
    topic: "bridge",
    snapshot: LIST_LENGTH,
    onSnapshot: (values) => change({ transfers: (values as TransferPayload[]).toReversed() }),
    onEvent: ({ data }) => change({ transfers: withTransfer(store.transfers, data as TransferPayload) }),
  });
}

function prepend<T>(list: readonly T[], item: T): T[] {
  return [item, ...list.slice(0, LIST_LENGTH - 1)];
}

/** A transfer changes in place; a new one goes on top. */
function withTransfer(
  list: readonly TransferPayload[],
  transfer: TransferPayload,
): readonly TransferPayload[] {
  const at = list.findIndex((t) => t.direction === transfer.direction && t.nonce === transfer.nonce);
  return at === -1 ? prepend(list, transfer) : list.with(at, transfer);
}

/** The store, re-rendering on every change. */
export function useChain(): ChainStore {
  const [value, setValue] = useState(store);
  useEffect(() => {
    const listener = () => setValue(store);
    listeners.add(listener);
    listener();
    return () => {
      listeners.delete(listener);
    };
  }, []);
  return value;
}
