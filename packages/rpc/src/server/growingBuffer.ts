const FIRST_BYTES = 4 * 1024;

/** Bytes that arrive in pieces, in one piece of memory: however small the pieces are, they cost no more than their bytes. */
export class GrowingBuffer {
  private memory = Buffer.alloc(0);
  private used = 0;

  get length(): number {
    return this.used;
  }

  append(bytes: Uint8Array): void {
    const needed = this.used + bytes.length;
    if (needed > this.memory.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(needed, 2 * this.memory.length, FIRST_BYTES));
      this.memory.copy(larger, 0, 0, this.used);
      this.memory = larger;
    }
    this.memory.set(bytes, this.used);
    this.used = needed;
  }

  /** All bytes as text, which are forgotten. */
  take(): string {
    const text = this.memory.toString("utf8", 0, this.used);
    this.clear();
    return text;
  }

  clear(): void {
    this.memory = Buffer.alloc(0);
    this.used = 0;
  }
}
