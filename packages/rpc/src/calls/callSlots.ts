/**
 * Lets a bounded number of EVM executions run at one time: executing all at once would only make every one of them miss its
 * deadline. Clients take turns, each with its own in order: who asks for a hundred waits for a hundred, and nobody else.
 */
export class CallSlots {
  private free: number;
  /** By client, whose turn it is next first. */
  private readonly waiting = new Map<unknown, (() => void)[]>();

  constructor(slots: number) {
    this.free = slots;
  }

  /** @param client anything that tells clients apart. */
  async run<T>(client: unknown, work: () => Promise<T>): Promise<T> {
    if (this.free > 0) this.free--;
    else await this.turnOf(client);
    try {
      return await work();
    } finally {
      this.pass();
    }
  }

  private turnOf(client: unknown): Promise<void> {
    return new Promise((resolve) => {
      const queue = this.waiting.get(client);
      if (queue === undefined) this.waiting.set(client, [resolve]);
      else queue.push(resolve);
    });
  }

  private pass(): void {
    const [first] = this.waiting;
    if (first === undefined) {
      this.free++;
      return;
    }
    const [client, queue] = first;
    this.waiting.delete(client);
    const next = queue.shift();
    if (queue.length > 0) this.waiting.set(client, queue);
    next?.();
  }
}
