/** Somebody who is sent more than it has read so far. */
export interface Reader {
  /** Disconnect it: what waits for it is dropped. */
  cut(): void;
}

/**
 * What waits to be sent to all clients together. Each has a bound of its own; many slow ones at once must not add up to
 * more memory than the node has.
 */
export class OutgoingBytes {
  private readonly waiting = new Map<Reader, number>();
  /** Cut off: what their sockets still report no longer counts. */
  private readonly gone = new WeakSet<Reader>();
  private total = 0;

  /**
   * @param bytesMax bound on the sum.
   * @param onCut told the sum that cut a client off, and what waited for that client.
   */
  constructor(
    private readonly bytesMax: number,
    private readonly onCut: (totalBytes: number, clientBytes: number) => void,
  ) {}

  /** Count bytes handed to a client's socket; cuts off the client with the most when it is too much in all. */
  add(reader: Reader, bytes: number): void {
    if (this.gone.has(reader)) return;
    this.total += bytes;
    this.waiting.set(reader, this.of(reader) + bytes);
    if (this.total > this.bytesMax) this.cutHeaviest();
  }

  /** Bytes that the socket has taken, or dropped. */
  sent(reader: Reader, bytes: number): void {
    if (this.gone.has(reader)) return;
    this.total -= bytes;
    const left = this.of(reader) - bytes;
    if (left > 0) this.waiting.set(reader, left);
    else this.waiting.delete(reader);
  }

  /** Bytes that wait for one client. */
  of(reader: Reader): number {
    return this.waiting.get(reader) ?? 0;
  }

  private cutHeaviest(): void {
    const [reader, bytes] = [...this.waiting].reduce((a, b) => (b[1] > a[1] ? b : a));
    this.onCut(this.total, bytes);
    this.waiting.delete(reader);
    this.gone.add(reader);
    this.total -= bytes;
    reader.cut();
  }
}
