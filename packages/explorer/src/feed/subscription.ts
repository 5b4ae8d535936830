import { type Filter, JOURNAL_TOPICS, type JournalTopic, type Sub, type Topic } from "./feedProtocol.js";
import type { JournalEvent } from "./journal.js";

/** One topic a connection follows: a filter and a position in the journal. Nothing is queued for it. */
export interface Subscription {
  readonly id: string;
  readonly topic: Topic;
  readonly keys: ReadonlySet<string> | null;
  readonly direction: string | null;
  /** Everything up to this number was sent or did not match. */
  position: number;
  /** Whether the `live` marker was sent. */
  live: boolean;
}

export function newSubscription(sub: Sub, position: number): Subscription {
  return { id: sub.id, topic: sub.topic, position, live: false, ...matcher(sub.filter) };
}

export function withFilter(subscription: Subscription, filter: Filter): Subscription {
  return { ...subscription, ...matcher(filter) };
}

function matcher(filter: Filter | undefined): Pick<Subscription, "keys" | "direction"> {
  return {
    keys: filter?.addresses === undefined ? null : new Set(filter.addresses),
    direction: filter?.direction ?? null,
  };
}

/** Whether the subscription wants this event (and has not had it). */
export function wants(subscription: Subscription, event: JournalEvent): boolean {
  if (subscription.topic !== event.topic || event.seq <= subscription.position) return false;
  if (subscription.direction !== null && !event.keys.includes(subscription.direction)) return false;
  const { keys } = subscription;
  return keys === null || event.keys.some((key) => keys.has(key));
}

export function isJournalTopic(topic: Topic): topic is JournalTopic {
  return (JOURNAL_TOPICS as readonly string[]).includes(topic);
}
