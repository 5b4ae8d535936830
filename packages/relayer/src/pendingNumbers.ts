/** Most numbers kept. L1 blocks between two accepted observations are far fewer multiples of the interval. */
export const PENDING_NUMBERS_MAX = 1_024;

/**
 * L1 blocks that other attesters voted on. Their numbers are free to choose, far beyond L1's head too, so only so many
 * are kept: the farthest go first.
 */
export class PendingNumbers {
  private numbers: number[] = [];

  get size(): number {
    return this.numbers.length;
  }

  /** @param numbers in any order, repeated ones too. */
  add(numbers: readonly number[]): void {
    const ascending = [...new Set([...this.numbers, ...numbers])].toSorted((a, b) => a - b);
    this.numbers = ascending.slice(0, PENDING_NUMBERS_MAX);
  }

  has(number: number): boolean {
    return this.numbers.includes(number);
  }

  remove(number: number): void {
    this.numbers = this.numbers.filter((one) => one !== number);
  }

  /** Forget all up to the accepted number. */
  settle(accepted: number): void {
    this.numbers = this.numbers.filter((one) => one > accepted);
  }

  /** The highest that is final, null when there is none. */
  newest(finalized: number): number | null {
    return this.numbers.findLast((one) => one <= finalized) ?? null;
  }
}
