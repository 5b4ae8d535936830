/** What one connection or request holds of the total. */
export interface Holding {
  /** @returns false, and holds nothing more, when all would hold too much. */
  take(bytes: number): boolean;
  give(bytes: number): void;
  /** Give all of it. */
  release(): void;
}

/** What clients have sent that is not answered yet, all together: requests that are not complete, and those in work. */
export class IncomingBytes {
  private total = 0;

  constructor(readonly bytesMax: number) {}

  /** For people, and for whoever sets it. */
  get message(): string {
    return `too much is being sent at one time, the limit is ${this.bytesMax} bytes in all (rpc.limits.incomingBytesTotalMax)`;
  }

  open(): Holding {
    let held = 0;
    const give = (bytes: number) => {
      const given = Math.min(bytes, held);
      held -= given;
      this.total -= given;
    };
    return {
      take: (bytes) => {
        if (this.total + bytes > this.bytesMax) return false;
        held += bytes;
        this.total += bytes;
        return true;
      },
      give,
      release: () => give(held),
    };
  }
}
