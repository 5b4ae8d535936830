import type { Subscription } from "./subscription.js";

/** Something that subscriptions tell of. */
export interface Notice {
  readonly kinds: ReadonlySet<Subscription["kind"]>;
  /** What it keeps in memory while anybody has yet to be told, estimated. */
  readonly bytes: number;
  /** Serialised results for a subscription of these kinds, each when it is asked for; what subscribers share is serialised once. */
  results(subscription: Subscription): Iterable<string>;
}
