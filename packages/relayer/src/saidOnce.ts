/** A thing that stays the same is said again after this long, milliseconds. */
const REPEAT_MS = 60_000;

/** Keeps what every poll would say again out of the log: news is what changed, or was not said for a minute. */
export class SaidOnce {
  private readonly said = new Map<string, { readonly what: string; readonly at: number }>();

  /**
   * @param about what it is about; remembered until {@link forget}.
   * @param now Unix time, milliseconds.
   */
  isNews(about: string, what: string, now = Date.now()): boolean {
    const last = this.said.get(about);
    if (last !== undefined && last.what === what && now - last.at < REPEAT_MS) return false;
    this.said.set(about, { what, at: now });
    return true;
  }

  forget(about: string): void {
    this.said.delete(about);
  }
}
