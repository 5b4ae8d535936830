import { formatSyncing } from "../format/syncing.js";
import type { SyncProgress } from "../statusPort.js";
import type { Notice } from "./notice.js";
import type { Subscription } from "./subscription.js";

const KINDS: ReadonlySet<Subscription["kind"]> = new Set(["syncing"]);

/** The node has begun to sync, or is done. */
export class SyncingNotice implements Notice {
  readonly kinds = KINDS;
  readonly bytes = 500;
  readonly #text: string;

  constructor(progress: false | SyncProgress) {
    this.#text = JSON.stringify(
      progress === false ? false : { syncing: true, status: formatSyncing(progress) },
    );
  }

  results(): readonly string[] {
    return [this.#text];
  }
}
