import { Worker } from "node:worker_threads";
import type { Transaction } from "@causeway/chain/types/transaction";
import { CausewayError } from "@causeway/protocol/errors";
import type { Timers } from "../ports/timers.js";
import { Feed } from "./feed.js";
import { packTransactions } from "./packedTransactions.js";
import type { FromServe, ServeSettings, ThreadCall, ToServe } from "./serveMessages.js";
import { fromThreadError, toThreadError } from "./threadError.js";
import type { VotingThread } from "./votingThread.js";

export interface ServeLifeParts {
  readonly settings: ServeSettings;
  readonly voting: VotingThread;
  readonly timers: Timers;
  /** Returns the unsubscribe function. */
  readonly onTransaction: (listener: (transaction: Transaction) => void) => () => void;
  readonly onTransactionsDropped: (count: number) => void;
  /** The thread has not answered for so many milliseconds. */
  readonly onSilence: (silentMs: number) => void;
}

/** Where a serve thread listens. */
export interface ServedAt {
  readonly url: string;
  readonly port: number;
}

/** Pooled transactions that wait to be told; the oldest give way. */
const TRANSACTIONS_WAITING_MAX = 4_096;
/** Milliseconds between two pings, and how many of them in a row may go unanswered before the thread is ended. */
const PING_MS = 10_000;
const SILENT_PINGS_MAX = 6;
const METRICS_MS_MAX = 1_000;
/** A thread that has not closed by then is ended: less than a part of the node has to close. */
const CLOSE_MS_MAX = 1_500;

/** One serve thread from its start to its end, seen from the voting thread. Nothing it does or omits is waited for. */
export class ServeLife {
  /** Rejects with what the thread could not start for. */
  readonly started: Promise<ServedAt>;
  /** Why the thread ended, null when it ended by itself. */
  readonly ended: Promise<Error | null>;
  readonly #parts: ServeLifeParts;
  readonly #worker: Worker;
  readonly #heads: Feed<number>;
  readonly #transactions: Feed<Transaction>;
  #ignoreTransactions = () => {};
  #stopPinging = () => {};
  #silentPings = 0;
  #metricsWaiters: ((text: string) => void)[] = [];
  #ending: Error | null = null;

  constructor(parts: ServeLifeParts) {
    this.#parts = parts;
    this.#worker = new Worker(new URL("./worker/serveWorker.js", import.meta.url), {
      name: "serve",
      workerData: parts.settings,
    });
    // Of heads the newest says all: the thread reads those below it itself.
    this.#heads = new Feed(([number]) => this.#post({ kind: "head", number: number as number }), 1);
    this.#transactions = new Feed(
      (transactions) => this.#post({ kind: "transactions", packed: packTransactions(transactions) }),
      TRANSACTIONS_WAITING_MAX,
      parts.onTransactionsDropped,
    );
    this.ended = new Promise((resolve) => {
      this.#worker.once("exit", () => {
        this.#release();
        resolve(this.#ending);
      });
    });
    this.started = this.#start();
    this.#worker.on("error", (error) => {
      this.#ending = error instanceof Error ? error : new Error(String(error));
    });
    this.#ping();
  }

  /** A block is durable. Heights count from the thread's start on. */
  announce(number: number): void {
    this.#heads.push(number);
  }

  /** The thread's own metrics in the Prometheus text format; empty when it does not answer in time. */
  metrics(): Promise<string> {
    return new Promise((resolve) => {
      const cancel = this.#parts.timers.after(METRICS_MS_MAX, () => this.#toldMetrics(""));
      if (this.#metricsWaiters.length === 0) this.#post({ kind: "metrics" });
      this.#metricsWaiters.push((text) => {
        cancel();
        resolve(text);
      });
    });
  }

  /** Let the thread close what it has open and end; within a bound. */
  async close(): Promise<void> {
    this.#stopPinging();
    this.#post({ kind: "close" });
    await this.#endWithin(CLOSE_MS_MAX);
  }

  /** @throws whatever the thread could not start for. */
  async #start(): Promise<ServedAt> {
    const first = await new Promise<FromServe | null>((resolve) => {
      this.#worker.on("message", (message: FromServe) => {
        if (message.kind === "started" || message.kind === "failed") resolve(message);
        else this.#receive(message);
      });
      void this.ended.then(() => resolve(null));
    });
    if (first?.kind === "started") return { url: first.url, port: first.port };
    await this.#endWithin(CLOSE_MS_MAX);
    if (first?.kind === "failed") throw fromThreadError(first.error);
    throw new CausewayError(
      { code: "ServeThreadEnded" },
      `the serve thread ended: ${this.#ending?.message}`,
      {
        cause: this.#ending,
      },
    );
  }

  #receive(message: FromServe): void {
    switch (message.kind) {
      case "call":
        void this.#answer(message);
        return;
      case "taken":
        (message.feed === "head" ? this.#heads : this.#transactions).taken();
        return;
      case "listen":
        this.#ignoreTransactions();
        this.#ignoreTransactions = message.wanted
          ? this.#parts.onTransaction((transaction) => this.#transactions.push(transaction))
          : () => {};
        return;
      case "pong":
        this.#silentPings = 0;
        return;
      case "metrics":
        this.#toldMetrics(message.text);
        return;
      case "started":
      case "failed":
        return;
    }
  }

  async #answer({ id, name, args }: ThreadCall): Promise<void> {
    try {
      const method = this.#parts.voting[name] as (...given: readonly unknown[]) => unknown;
      this.#post({ kind: "answer", id, value: await method(...args) });
    } catch (error) {
      this.#post({ kind: "answer", id, error: toThreadError(error) });
    }
  }

  #post(message: ToServe): void {
    this.#worker.postMessage(message);
  }

  #toldMetrics(text: string): void {
    for (const tell of this.#metricsWaiters.splice(0)) tell(text);
  }

  /** A thread that spins in one synchronous step answers nobody, and no request can end it. */
  #ping(): void {
    this.#post({ kind: "ping" });
    this.#silentPings++;
    this.#stopPinging = this.#parts.timers.after(PING_MS, () => {
      if (this.#silentPings === 0) return this.#ping();
      const silentMs = this.#silentPings * PING_MS;
      this.#parts.onSilence(silentMs);
      if (this.#silentPings < SILENT_PINGS_MAX) return this.#ping();
      this.#ending = new Error(`it did not answer for ${silentMs} ms`);
      void this.#worker.terminate();
    });
  }

  async #endWithin(msMax: number): Promise<void> {
    const cancel = this.#parts.timers.after(msMax, () => void this.#worker.terminate());
    await this.ended;
    cancel();
  }

  #release(): void {
    this.#stopPinging();
    this.#ignoreTransactions();
    this.#toldMetrics("");
  }
}
