import type { Hex } from "@causeway/protocol/hex";
import { newId } from "../filters/newId.js";
import { limitText } from "../limitFlags.js";
import type { RpcLimits } from "../limits.js";
import { limitExceeded } from "../rpcError.js";
import type { Holding, SharedBound } from "../server/sharedBound.js";
import type { Notice } from "./notice.js";
import type { NoticeLog, Place } from "./noticeLog.js";
import type { Subscriber } from "./subscriber.js";
import { type Subscription, watchedBy } from "./subscription.js";

/** What a subscription is told. */
export interface Notification {
  readonly id: string;
  /** Serialised. */
  readonly result: string;
}

interface Entry {
  readonly subscription: Subscription;
  /** Number of the first place from which on it is told with the others. */
  joinsAt: number;
}

/** How far somebody was told. */
interface Reached {
  place: Place;
}

/** A subscription that has yet to be told what the others of its connection were told already. */
interface Late extends Reached {
  readonly id: string;
  readonly entry: Entry;
}

/**
 * The subscriptions of one connection and how far they were told: notice by notice in the order of the log, within a
 * notice by subscription, the oldest first.
 */
export class ConnectionSubscriptions {
  private readonly entries = new Map<string, Entry>();
  /** Where those were made whose id the client has not been told yet. */
  private readonly untold = new Map<string, Place>();
  private late: Late[] = [];
  private readonly reached: Reached;
  /** What is left of the notice begun last, and its offset in the log. */
  private begun: { readonly offset: number; readonly notifications: Iterator<Notification> } | null = null;
  private readonly watchedHeld: Holding;
  private watching = 0;

  /** @param watched addresses, topics and hashes that the subscriptions of all connections select by. */
  constructor(
    private readonly log: NoticeLog,
    private readonly limits: RpcLimits,
    watched: SharedBound,
  ) {
    this.reached = { place: log.end };
    this.watchedHeld = watched.open();
  }

  /** Bytes of notices that are kept for them, the newest left out. */
  get bytesBehind(): number {
    let offset = this.begun?.offset ?? this.reached.place.offset;
    for (const place of this.untold.values()) offset = Math.min(offset, place.offset);
    for (const { place } of this.late) offset = Math.min(offset, place.offset);
    return this.log.bytesSince(offset);
  }

  /** @param made collects the ids of one message, whose subscriptions are told nothing before `start`. */
  subscriber(made: Hex[]): Subscriber {
    return {
      subscribe: (subscription) => {
        if (this.entries.size >= this.limits.subscriptionsPerConnectionMax) {
          const bound = limitText(this.limits, "subscriptionsPerConnectionMax");
          throw limitExceeded(`too many subscriptions on this connection, ${bound}`);
        }
        this.watch(watchedBy(subscription));
        const id = newId();
        this.entries.set(id, { subscription, joinsAt: Number.POSITIVE_INFINITY });
        this.untold.set(id, this.log.end);
        made.push(id);
        return id;
      },
      unsubscribe: (id) => this.unsubscribe(id),
    };
  }

  /** The client knows the id: tell it what has happened since the subscription was made. */
  start(id: Hex): void {
    const [entry, place] = [this.entries.get(id), this.untold.get(id)];
    this.untold.delete(id);
    if (entry === undefined || place === undefined) return;
    const others = this.reached.place.number;
    entry.joinsAt = Math.max(place.number, others);
    if (place.number < others) this.late.push({ id, entry, place });
  }

  /** The next notification; null when all are told. */
  next(): Notification | null {
    for (;;) {
      const next = this.begun?.notifications.next();
      if (next?.done === false) return next.value;
      if (!this.begin()) return null;
    }
  }

  /** Nothing is kept for a connection without subscriptions. */
  passIfNone(): boolean {
    if (this.entries.size > 0) return false;
    this.reached.place = this.log.end;
    this.begun = null;
    this.late = [];
    return true;
  }

  end(): void {
    this.entries.clear();
    this.untold.clear();
    this.passIfNone();
    this.watchedHeld.release();
  }

  /** Turn to the next notice; false at the end of the log. Late subscriptions catch up before the others go on. */
  private begin(): boolean {
    while (this.late[0]?.place === this.reached.place) this.late.shift();
    const late = this.late[0];
    const reached = late ?? this.reached;
    const { next, offset, number } = reached.place;
    this.begun = null;
    if (next === null) return false;
    reached.place = next.place;
    const notifications = late
      ? this.toOne(next.notice, late.id, late.entry)
      : this.toAll(next.notice, number);
    this.begun = { offset, notifications };
    return true;
  }

  private *toAll(notice: Notice, number: number): Generator<Notification> {
    for (const [id, entry] of this.entries) {
      // Asked here as well: most subscriptions are of other kinds than most notices.
      if (number >= entry.joinsAt && notice.kinds.has(entry.subscription.kind))
        yield* this.toOne(notice, id, entry);
    }
  }

  private *toOne(notice: Notice, id: string, { subscription }: Entry): Generator<Notification> {
    if (!notice.kinds.has(subscription.kind)) return;
    for (const result of notice.results(subscription)) {
      if (!this.entries.has(id)) return;
      yield { id, result };
    }
  }

  private unsubscribe(id: string): boolean {
    const entry = this.entries.get(id);
    if (entry === undefined) return false;
    const watched = watchedBy(entry.subscription);
    this.watching -= watched;
    this.watchedHeld.give(watched);
    this.untold.delete(id);
    return this.entries.delete(id);
  }

  /** @throws RpcError -32005 when the connection, or all together, would watch too much. */
  private watch(count: number): void {
    const { watchedPerConnectionMax: max } = this.limits;
    if (this.watching + count > max) {
      throw limitExceeded(
        `the subscriptions of this connection have too many filter terms, the limit is ${max} addresses, topics and hashes (rpc.limits.watchedPerConnectionMax)`,
      );
    }
    if (!this.watchedHeld.take(count)) {
      throw limitExceeded(
        "all subscriptions together select by too many addresses, topics and hashes (rpc.limits.watchedTotalMax)",
      );
    }
    this.watching += count;
  }
}
