import type { ChainReader, HeadEvent } from "@causeway/chain/chainReader";
import type { Transaction } from "@causeway/chain/types/transaction";
import type { RpcLog } from "../log.js";
import type { PoolPort } from "../poolPort.js";
import type { StatusPort, SyncProgress } from "../statusPort.js";
import { HeadNotice } from "./headNotice.js";
import type { Notice } from "./notice.js";
import type { NoticeLog } from "./noticeLog.js";
import { SyncingNotice } from "./syncingNotice.js";
import { TransactionNotice } from "./transactionNotice.js";

/** A connection that has subscriptions. */
export interface Listener {
  /** Called when there is a notice further. */
  notify(): void;
}

/**
 * Carries what happens to every connection: each finalized header once and in order, however fast they come, unlike
 * geth, which shows only the newest after a catch-up.
 */
export class SubscriptionHub {
  private readonly listeners = new Set<Listener>();
  private stops: readonly (() => void)[] = [];
  /** null until the node has told. */
  private syncing: boolean | null = null;

  constructor(
    private readonly notices: NoticeLog,
    private readonly reader: ChainReader,
    private readonly pool: PoolPort,
    private readonly status: StatusPort,
    private readonly log: RpcLog,
  ) {}

  /** Returns the function that removes the listener. */
  add(listener: Listener): () => void {
    if (this.listeners.size === 0) this.open();
    this.listeners.add(listener);
    return () => {
      if (this.listeners.delete(listener) && this.listeners.size === 0) this.close();
    };
  }

  close(): void {
    for (const stop of this.stops) stop();
    this.stops = [];
    this.listeners.clear();
  }

  /** Only while somebody is there: blocks are read for it, and transactions told across threads. */
  private open(): void {
    this.syncing = null;
    this.lookAtSyncing();
    this.stops = [
      this.reader.onHead((event) => this.guard(() => this.onHead(event))),
      this.pool.onTransaction((transaction) => this.guard(() => this.onTransaction(transaction))),
    ];
  }

  /** Whoever finalizes blocks and pools transactions must not fail because a client could not be told. */
  private guard(tell: () => void): void {
    try {
      tell();
    } catch (error) {
      this.notTold(error);
    }
  }

  private notTold(error: unknown): void {
    this.log.warn({ error: String(error) }, "subscribers were not told");
  }

  private onHead(event: HeadEvent): void {
    this.tell(new HeadNotice(event));
    this.lookAtSyncing();
  }

  private onTransaction(transaction: Transaction): void {
    this.tell(new TransactionNotice(transaction));
  }

  /** Syncing ends with a certificate that is recent enough (F4), so looking at each head misses nothing. */
  private lookAtSyncing(): void {
    Promise.resolve(this.status.syncing())
      .then((progress) => this.tellSyncing(progress))
      .catch((error: unknown) => this.notTold(error));
  }

  private tellSyncing(progress: false | SyncProgress): void {
    const before = this.syncing;
    this.syncing = progress !== false;
    if (before === null || before === this.syncing) return;
    this.tell(new SyncingNotice(progress));
  }

  private tell(notice: Notice): void {
    this.notices.append(notice);
    for (const listener of this.listeners) listener.notify();
  }
}
