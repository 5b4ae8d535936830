import { QUEUE_MESSAGES_MAX } from "../limits.js";

/** Messages waiting for one slow peer: bounded by count and bytes, oldest dropped first (N2). */
export class OutgoingQueue {
  private messages: Uint8Array[] = [];
  private bytes = 0;
  /** Messages lost to the bounds since the queue was made. */
  dropped = 0;

  /** @param maxBytes bound of all waiting messages together. */
  constructor(private readonly maxBytes: number) {}

  get length(): number {
    return this.messages.length;
  }

  push(message: Uint8Array): void {
    this.messages.push(message);
    this.bytes += message.length;
    while (
      this.messages.length > QUEUE_MESSAGES_MAX ||
      (this.bytes > this.maxBytes && this.messages.length > 1)
    ) {
      this.shift();
      this.dropped++;
    }
  }

  shift(): Uint8Array | undefined {
    const message = this.messages.shift();
    if (message !== undefined) this.bytes -= message.length;
    return message;
  }
}
