import { FrameDecoder } from "@causeway/protocol/wire/frame";
import type { Stream, StreamMessageEvent } from "@libp2p/interface";
import { READ_AHEAD_BYTES } from "../limits.js";

/**
 * Messages of one stream, in order. Reads ahead a bounded number of bytes, then pauses the stream, so that a
 * fast sender fills its own queue and not our memory.
 */
export class FrameReader {
  private readonly decoder: FrameDecoder;
  private readonly ready: Uint8Array[] = [];
  private readyBytes = 0;
  private failure: unknown = null;
  private ended = false;
  private wake: (() => void) | null = null;

  /** @param maxBytes bound of a frame. */
  constructor(
    private readonly stream: Stream,
    maxBytes: number,
  ) {
    this.decoder = new FrameDecoder(maxBytes);
    this.ended = stream.readableEnded || stream.status === "aborted";
    stream.addEventListener("message", (event) => this.onChunk(event));
    stream.addEventListener("end", () => this.onEnd());
    stream.addEventListener("close", () => this.onEnd());
  }

  /**
   * @returns the next message, or null when the stream has ended.
   * @throws {WireError} when the sender broke the framing.
   * @throws the signal's reason when it aborts first.
   */
  async next(signal?: AbortSignal): Promise<Uint8Array | null> {
    for (;;) {
      signal?.throwIfAborted();
      const message = this.ready.shift();
      if (message !== undefined) {
        this.readyBytes -= message.length;
        return message;
      }
      if (this.failure !== null) throw this.failure;
      if (this.ended) return null;
      this.resume();
      if (this.ready.length === 0 && this.failure === null) await this.wait(signal);
    }
  }

  private onChunk(event: StreamMessageEvent): void {
    if (this.failure !== null) return;
    try {
      const chunk = event.data instanceof Uint8Array ? event.data : event.data.subarray();
      for (const message of this.decoder.push(chunk)) {
        this.ready.push(message);
        this.readyBytes += message.length;
      }
    } catch (error) {
      this.failure = error;
    }
    if (this.readyBytes > READ_AHEAD_BYTES && this.stream.readStatus === "readable") this.stream.pause();
    this.wake?.();
  }

  private onEnd(): void {
    this.ended = true;
    this.wake?.();
  }

  private resume(): void {
    if (this.stream.readStatus === "paused") this.stream.resume();
  }

  private wait(signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        this.wake = null;
        signal?.removeEventListener("abort", done);
        resolve();
      };
      this.wake = done;
      signal?.addEventListener("abort", done);
    });
  }
}
