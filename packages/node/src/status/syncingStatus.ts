import type { Head } from "@causeway/protocol/head";
import type { SyncProgress } from "@causeway/rpc/statusPort";
import type { Clock } from "../ports/clock.js";

/** How many empty periods old a certificate may be and still show that the node is up to date (F4). */
const FRESH_EMPTY_PERIODS = 2;

/** F4: syncing until a certificate younger than two empty periods was seen. */
export class SyncingStatus {
  readonly #clock: Clock;
  readonly #freshMs: number;
  readonly #startingBlock: number;
  #height: number;
  #upToDate = false;

  constructor(clock: Clock, emptyBlockPeriodSeconds: number, head: Head) {
    this.#clock = clock;
    this.#freshMs = FRESH_EMPTY_PERIODS * emptyBlockPeriodSeconds * 1_000;
    this.#startingBlock = head.height;
    this.#height = head.height;
    this.headMoved(head);
  }

  headMoved({ height, certificate }: Head): void {
    this.#height = height;
    if (certificate === null) return;
    const ageMs = this.#clock.wallMs() - certificate.checkpoint.timestamp * 1_000;
    if (ageMs < this.#freshMs) this.#upToDate = true;
  }

  /** @param highestClaim highest height a peer is said to have. */
  progress(highestClaim: number): false | SyncProgress {
    if (this.#upToDate) return false;
    const highestBlock = Math.max(this.#height, highestClaim);
    return { startingBlock: this.#startingBlock, currentBlock: this.#height, highestBlock };
  }
}
