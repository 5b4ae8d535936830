import type { Logger } from "../ports/logger.js";
import type { Timers } from "../ports/timers.js";

interface Closer {
  readonly name: string;
  readonly close: () => Promise<void> | void;
}

/** One part that does not close must not keep the others from it. */
const CLOSE_MS_MAX = 2_000;

/** Closes what was opened, newest first, each within a bound. */
export class Closers {
  readonly #timers: Timers;
  readonly #log: Logger;
  readonly #closers: Closer[] = [];

  constructor(timers: Timers, log: Logger) {
    this.#timers = timers;
    this.#log = log;
  }

  add(name: string, close: Closer["close"]): void {
    this.#closers.push({ name, close });
  }

  async closeAll(): Promise<void> {
    for (let closer = this.#closers.pop(); closer !== undefined; closer = this.#closers.pop()) {
      await this.#close(closer);
    }
  }

  async #close({ name, close }: Closer): Promise<void> {
    let cancel = () => {};
    const late = new Promise<"late">((resolve) => {
      cancel = this.#timers.after(CLOSE_MS_MAX, () => resolve("late"));
    });
    try {
      const ended = await Promise.race([Promise.resolve(close()), late]);
      if (ended === "late") this.#log.warn({ part: name }, `${name} did not close within ${CLOSE_MS_MAX} ms`);
    } catch (error) {
      this.#log.warn({ part: name, err: error }, `${name} failed to close`);
    } finally {
      cancel();
    }
  }
}
