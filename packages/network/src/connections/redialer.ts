import { setTimeout as delay } from "node:timers/promises";
import { REDIAL_CAP_MS, REDIAL_FIRST_MS, REDIAL_TURNED_AWAY_MS, SESSION_SHORT_MS } from "../limits.js";

/** Keeps one boot peer connected: dials for ever, slower after each failure, at once again after it was connected. */
export class Redialer {
  private readonly stopping = new AbortController();
  private wake: (() => void) | null = null;
  private waitMs = REDIAL_FIRST_MS;
  private loop: Promise<void> | null = null;

  /**
   * @param dial connect and finish the handshake; rejects when either fails.
   * @param isConnected whether this peer has a session.
   * @param onFailure told each failed attempt and the milliseconds until the next.
   */
  constructor(
    private readonly dial: (signal: AbortSignal) => Promise<void>,
    private readonly isConnected: () => boolean,
    private readonly onFailure: (reason: unknown, waitMs: number) => void,
  ) {}

  start(): void {
    this.loop = this.run();
  }

  /** The peer's session ended: do not wait for the next look. */
  disconnected(): void {
    this.waitMs = REDIAL_FIRST_MS;
    this.wake?.();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.loop;
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      if (this.isConnected()) {
        await this.untilDisconnected(signal);
        continue;
      }
      try {
        await this.dial(signal);
        this.waitMs = REDIAL_FIRST_MS;
        const dialledAt = performance.now();
        if (this.isConnected()) await this.untilDisconnected(signal);
        if (performance.now() - dialledAt < SESSION_SHORT_MS) await this.pause(REDIAL_TURNED_AWAY_MS);
      } catch (reason) {
        if (signal.aborted) break;
        const { waitMs } = this;
        // Before the wait: a session that comes and goes meanwhile begins anew.
        this.waitMs = Math.min(2 * waitMs, REDIAL_CAP_MS);
        this.onFailure(reason, waitMs);
        await this.pause(waitMs);
      }
    }
  }

  private async pause(ms: number): Promise<void> {
    await delay(ms, undefined, { signal: this.stopping.signal }).catch(() => undefined);
  }

  private untilDisconnected(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        this.wake = null;
        signal.removeEventListener("abort", done);
        resolve();
      };
      this.wake = done;
      signal.addEventListener("abort", done);
    });
  }
}
