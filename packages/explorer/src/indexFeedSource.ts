import type { Database, Queries } from "./database/Database.js";
import type { Hello, JournalTopic } from "./feed/feedProtocol.js";
import type { FeedSource } from "./feed/feedSource.js";
import { type Journal, readHead } from "./feed/journal.js";
import { isJournalTopic } from "./feed/subscription.js";
import { latestBlocks, latestTransactions, latestTransfers } from "./indexQueries.js";
import type { LiveState } from "./liveState.js";

/** The feed's view of the index. */
export function indexFeedSource(
  database: Database,
  journal: Journal,
  state: LiveState,
  { chainId, genesisHash, node }: Pick<Hello, "chainId" | "genesisHash" | "node">,
): FeedSource {
  return {
    journal,
    identity: () => ({ chainId, genesisHash, node }),
    head: () => state.head,
    value: (topic) => state.value(topic),
    onValue: (listener) => state.onValue(listener),
    async snapshot(topic, count) {
      if (!isJournalTopic(topic)) {
        const value = state.value(topic);
        return { seq: journal.head, values: value === null ? [] : [value] };
      }
      // Cursor and rows of one state of the database: what follows the cursor is exactly what the rows lack.
      return database.snapshot(async (queries) => ({
        seq: await readHead(queries),
        values: (await newest(queries, topic, count)).reverse(),
      }));
    },
  };
}

function newest(queries: Queries, topic: JournalTopic, limit: number): Promise<string[]> {
  switch (topic) {
    case "blocks":
      return latestBlocks(queries, Number.MAX_SAFE_INTEGER, limit);
    case "txs":
      return latestTransactions(queries, { before: null, limit });
    case "bridge":
      return latestTransfers(queries, { direction: null, state: null, address: null, offset: 0, limit });
  }
}
