/** What one user of a bound holds of its total. */
export interface Holding {
  /** @returns false, and holds nothing more, when all would hold too much. */
  take(amount: number): boolean;
  give(amount: number): void;
  /** Give all of it. */
  release(): void;
}

/** A total that many users may hold together. */
export class SharedBound {
  private total = 0;

  constructor(readonly max: number) {}

  open(): Holding {
    let held = 0;
    const give = (amount: number) => {
      const given = Math.min(amount, held);
      held -= given;
      this.total -= given;
    };
    return {
      take: (amount) => {
        if (this.total + amount > this.max) return false;
        held += amount;
        this.total += amount;
        return true;
      },
      give,
      release: () => give(held),
    };
  }
}
