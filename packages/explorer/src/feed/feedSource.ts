import type { BlockRef, Hello, Topic, ValueTopic } from "./feedProtocol.js";
import type { Journal } from "./journal.js";

/** What the feed reads of the explorer. */
export interface FeedSource {
  readonly journal: Journal;
  /** Chain identity and head for `hello`; limits and cursors are the feed's own. */
  identity(): Pick<Hello, "chainId" | "genesisHash" | "node">;
  head(): BlockRef | null;
  /**
   * The newest `count` values of a topic, oldest first, as JSON texts, all read at journal position `seq`.
   */
  snapshot(topic: Topic, count: number): Promise<{ seq: number; values: readonly string[] }>;
  /** The newest value of a value topic as JSON text, null before there is one. */
  value(topic: ValueTopic): string | null;
  /** Called whenever {@link value} changed; returns the way to stop it. */
  onValue(listener: (topic: ValueTopic) => void): () => void;
}
