/** Timers on the monotonic clock (C13). */
export interface Timers {
  /** Call `action` once after `delayMs`. Returns the function that cancels it. */
  after(delayMs: number, action: () => void): () => void;
  /** Call `action` once, after what is running now and before any later timer. */
  soon(action: () => void): void;
}
