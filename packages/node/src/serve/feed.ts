/**
 * What the voting thread tells the serve thread, one message under way at a time: a thread that does not listen costs
 * no more than what may wait, and the oldest of that gives way.
 */
export class Feed<T> {
  readonly #send: (items: readonly T[]) => void;
  readonly #waitingMax: number;
  readonly #onDropped: (count: number) => void;
  #waiting: T[] = [];
  #underWay = false;

  /** @param onDropped told how many items gave way. */
  constructor(
    send: (items: readonly T[]) => void,
    waitingMax: number,
    onDropped: (count: number) => void = () => {},
  ) {
    this.#send = send;
    this.#waitingMax = waitingMax;
    this.#onDropped = onDropped;
  }

  push(item: T): void {
    if (this.#waiting.length >= this.#waitingMax) {
      this.#waiting.shift();
      this.#onDropped(1);
    }
    this.#waiting.push(item);
    this.#next();
  }

  /** The message under way was taken in. */
  taken(): void {
    this.#underWay = false;
    this.#next();
  }

  #next(): void {
    if (this.#underWay || this.#waiting.length === 0) return;
    this.#underWay = true;
    this.#send(this.#waiting.splice(0));
  }
}
