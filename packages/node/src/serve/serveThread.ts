import type { ChainReader } from "@causeway/chain/chainReader";
import type { PoolPort } from "@causeway/chain/poolPort";
import type { StatusPort } from "@causeway/rpc/statusPort";
import type { Registry } from "prom-client";
import type { Logger } from "../ports/logger.js";
import type { Timers } from "../ports/timers.js";
import { ServeCounts } from "./serveCounts.js";
import { ServeLife } from "./serveLife.js";
import type { ServeSettings } from "./serveMessages.js";
import { votingThread } from "./votingThread.js";

export interface ServeThreadOptions {
  readonly settings: ServeSettings;
  readonly reader: Pick<ChainReader, "headNumber" | "onHead">;
  readonly pool: PoolPort;
  readonly status: StatusPort;
  readonly timers: Timers;
  readonly log: Logger;
  /** Where restarts and drops are counted. */
  readonly registry: Registry;
}

/** Milliseconds before a thread that ended is started again: doubled each time, from the least again after a long life. */
const RESTART_MS_MIN = 250;
const RESTART_MS_MAX = 10_000;
const LONG_LIFE_MS = 60_000;

/**
 * Serves JSON-RPC on a thread of its own, so that no request delays a vote. Should that thread end, the node goes on,
 * says so and starts another one at the same place; clients connect again.
 */
export class ServeThread {
  readonly #options: ServeThreadOptions;
  readonly #counts: ServeCounts;
  readonly #ignoreHeads: () => void;
  #settings: ServeSettings;
  #life: ServeLife | null = null;
  /** Whether the thread of this life answers requests. */
  #serving = false;
  #closing = false;
  #restartMs = RESTART_MS_MIN;
  #cancelTimer = () => {};

  private constructor(options: ServeThreadOptions) {
    this.#options = options;
    this.#settings = options.settings;
    this.#counts = new ServeCounts(options.registry, () => this.#serving);
    this.#ignoreHeads = options.reader.onHead(({ block }) => {
      if (this.#serving) this.#life?.announce(block.header.number);
    });
  }

  /** @throws CausewayError "ListenFailed", or whatever else the thread could not start for. */
  static async start(options: ServeThreadOptions): Promise<ServeThread> {
    const thread = new ServeThread(options);
    try {
      await thread.#begin();
      return thread;
    } catch (error) {
      await thread.close();
      throw error;
    }
  }

  /** e.g. http://127.0.0.1:8645; the same after every restart. */
  get url(): string {
    const { host, port } = this.#settings.rpc;
    return `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
  }

  /** The thread's own metrics in the Prometheus text format; empty while there is none. */
  async metrics(): Promise<string> {
    return this.#serving && this.#life !== null ? this.#life.metrics() : "";
  }

  /** Stop serving: connections are closed, then what the thread has open, then the thread. Within a bound. */
  async close(): Promise<void> {
    this.#closing = true;
    this.#cancelTimer();
    this.#ignoreHeads();
    await this.#life?.close();
  }

  /** Start a thread; watch over it once it answers. */
  async #begin(): Promise<void> {
    const { pool, status, timers, reader, log } = this.#options;
    const life = new ServeLife({
      settings: this.#settings,
      voting: votingThread(pool, () => reader.headNumber(), status, log),
      timers,
      onTransaction: (listener) => pool.onTransaction(listener),
      onTransactionsDropped: (count) => this.#counts.droppedTransactions.inc(count),
      onSilence: (silentMs) =>
        log.error({ silentMs }, `the serve thread has not answered for ${silentMs} ms`),
    });
    this.#life = life;
    const { port } = await life.started;
    // A port that was free the first time is the one clients know.
    this.#settings = { ...this.#settings, rpc: { ...this.#settings.rpc, port } };
    this.#serving = true;
    // What was finalized while the thread opened the chain.
    life.announce(reader.headNumber());
    const cancelLongLife = timers.after(LONG_LIFE_MS, () => {
      this.#restartMs = RESTART_MS_MIN;
    });
    void life.ended.then((cause) => {
      cancelLongLife();
      this.#serving = false;
      if (!this.#closing) this.#restart(cause);
    });
  }

  #restart(cause: unknown): void {
    const { timers, log } = this.#options;
    const delayMs = this.#restartMs;
    this.#restartMs = Math.min(2 * delayMs, RESTART_MS_MAX);
    this.#counts.restarts.inc();
    const reason = cause instanceof Error ? cause.message : "no reason given";
    log.error(
      { err: cause, delayMs },
      `the serve thread ended (${reason}): JSON-RPC is down and will be restarted`,
    );
    this.#cancelTimer = timers.after(delayMs, () => {
      this.#begin().then(
        () => log.info({ url: this.url }, "JSON-RPC is back"),
        (error: unknown) => {
          if (!this.#closing) this.#restart(error);
        },
      );
    });
  }
}
