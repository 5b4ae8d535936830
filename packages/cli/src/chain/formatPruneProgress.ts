import type { PruneProgress } from "@causeway/chain/prune/pruneChain";

/** A line for whoever waits. */
export function formatPruneProgress(progress: PruneProgress): string {
  switch (progress.step) {
    case "counting":
      return `counting: ${progress.items} trie nodes and contracts`;
    case "marking":
      return `marking: block ${progress.height} of ${progress.head}, ${progress.items} trie nodes and contracts`;
    case "deleting":
      return `deleting: ${progress.deleted}, ${progress.items} of ${progress.total} looked at`;
    case "compacting":
      return "compacting the database";
  }
}
