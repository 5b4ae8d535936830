import type { Notification } from "../ws/connectionSubscriptions.js";
import type { OutgoingBytes, Reader } from "./outgoingBytes.js";

/** Where the messages to a client go. */
export interface MessageSink {
  /**
   * Send a message, or a part of one, which only its next part may follow.
   * @param last whether the message ends here.
   * @param sent called once the system has taken the text, or never will.
   */
  send(text: string, last: boolean, sent: () => void): void;
  /** Hand the system at once what `send` is called with meanwhile: a call of it costs more than a message. */
  together(sendAll: () => void): void;
}

export interface OutboxPorts {
  readonly sink: MessageSink;
  readonly outgoing: OutgoingBytes;
  /** Whom the bytes that wait count for. */
  readonly reader: Reader;
  /** The next notification; null when there is none. */
  readonly next: () => Notification | null;
  /** Called when `notify` can go on where it stopped. */
  readonly onRoom: () => void;
  /** Monotonic milliseconds. */
  readonly now: () => number;
}

/** Once so many bytes wait for the socket, notifications are left where they are until it has taken some. */
const GIVEN_BYTES_MAX = 64 * 1_024;
/** Longest part of a notification, which may be as large as all receipts of a block. */
const PART_CHARS = 128 * 1_024;
/** A socket that has taken nothing for so long is stuck. */
const STUCK_MS = 3_000;

/** The way to a client: answers go at once, notifications as fast as it reads. */
export class Outbox {
  private answersWaiting = 0;
  /** Bytes that the socket was given and has not taken. */
  private given = 0;
  /** When the socket took something last, or was given what it should take. */
  private tookAt = 0;
  /** There was no room for a notification. */
  private full = false;
  /** A notification that was sent in part: results are of one byte a character, so any place is one to cut. */
  private rest: { readonly result: string; at: number } | null = null;
  /** Answers that wait for its end. */
  private readonly held: string[] = [];
  private ended = false;

  constructor(private readonly ports: OutboxPorts) {}

  /** Bytes of answers that wait. */
  get answerBytes(): number {
    return this.answersWaiting;
  }

  /** Whether a message has begun that has not ended. */
  get isMidway(): boolean {
    return this.rest !== null;
  }

  get stuck(): boolean {
    return this.given > 0 && this.ports.now() - this.tookAt > STUCK_MS;
  }

  answer(text: string): void {
    const bytes = Buffer.byteLength(text);
    this.answersWaiting += bytes;
    this.ports.outgoing.add(this.ports.reader, bytes);
    if (this.rest === null) this.giveAnswer(text);
    else this.held.push(text);
  }

  /** Send notifications until there are no more or there is no room. */
  notify(): void {
    this.ports.sink.together(() => this.fill());
  }

  /** Nothing further is sent: what the socket was not given waits no longer. */
  end(): void {
    const { outgoing, reader } = this.ports;
    this.ended = true;
    for (const text of this.held.splice(0)) outgoing.sent(reader, Buffer.byteLength(text));
  }

  private fill(): void {
    for (;;) {
      this.full = this.given >= GIVEN_BYTES_MAX;
      if (this.full || this.ended) return;
      if (this.rest !== null) this.goOn(this.rest);
      else if (!this.beginNext()) return;
    }
  }

  /** false when there is no further notification. */
  private beginNext(): boolean {
    const next = this.ports.next();
    if (next === null) return false;
    const { id, result } = next;
    const start = `{"jsonrpc":"2.0","method":"eth_subscription","params":{"subscription":"${id}","result":`;
    if (result.length <= PART_CHARS) this.givePart(`${start}${result}}}`, true);
    else {
      this.rest = { result, at: 0 };
      this.givePart(start, false);
    }
    return true;
  }

  private goOn(rest: { readonly result: string; at: number }): void {
    const part = rest.result.slice(rest.at, rest.at + PART_CHARS);
    rest.at += PART_CHARS;
    if (rest.at < rest.result.length) {
      this.givePart(part, false);
      return;
    }
    this.rest = null;
    this.givePart(`${part}}}`, true);
    for (const text of this.held.splice(0)) this.giveAnswer(text);
  }

  private givePart(text: string, last: boolean): void {
    const bytes = Buffer.byteLength(text);
    this.ports.outgoing.add(this.ports.reader, bytes);
    this.give(text, last, bytes, () => {});
  }

  private giveAnswer(text: string): void {
    const bytes = Buffer.byteLength(text);
    this.give(text, true, bytes, () => {
      this.answersWaiting -= bytes;
    });
  }

  private give(text: string, last: boolean, bytes: number, onTaken: () => void): void {
    const { sink, outgoing, reader, onRoom, now } = this.ports;
    if (this.ended) return;
    if (this.given === 0) this.tookAt = now();
    this.given += bytes;
    sink.send(text, last, () => {
      this.given -= bytes;
      this.tookAt = now();
      outgoing.sent(reader, bytes);
      onTaken();
      if (!this.full || this.given >= GIVEN_BYTES_MAX) return;
      this.full = false;
      // Others have their turns between.
      setImmediate(onRoom);
    });
  }
}
