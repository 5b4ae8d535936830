/**
 * Something large is read once at a time; whoever asks meanwhile shares the next reading, for the one under way may be older
 * than the question.
 */
export class SharedReading<T> {
  readonly #once: () => Promise<T>;
  #current: Promise<unknown> | null = null;
  #next: Promise<T> | null = null;

  constructor(once: () => Promise<T>) {
    this.#once = once;
  }

  read(): Promise<T> {
    this.#next ??= this.#afterCurrent();
    return this.#next;
  }

  async #afterCurrent(): Promise<T> {
    await this.#current;
    const reading = this.#once();
    this.#next = null;
    this.#current = reading.catch(() => undefined);
    return reading;
  }
}
