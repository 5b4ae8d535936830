import type { Input } from "@causeway/consensus/input";

export interface QueueLimits {
  /** Messages one peer may have waiting. */
  readonly messagesPerPeerMax: number;
  /** Bytes of blocks in the waiting messages of one peer. */
  readonly blockBytesPerPeerMax: number;
}

/** C11's re-sending brings back what is dropped here; two blocks of 8 MiB fit. */
export const DEFAULT_QUEUE_LIMITS: QueueLimits = {
  messagesPerPeerMax: 1_024,
  blockBytesPerPeerMax: 20 * 1024 * 1024,
};

/** Taken and dropped slots tolerated before the array is rewritten. */
const EMPTY_SLOTS_MAX = 1_024;

interface Slot {
  /** null once dropped. */
  input: Input | null;
  readonly blockBytes: number;
}

interface PeerShare {
  readonly slots: Slot[];
  blockBytes: number;
}

/**
 * First in, first out. A peer over its share loses its own oldest messages; answers, timeouts and heads are never
 * dropped, and their number is bounded by the effects that asked for them.
 */
export class InputQueue {
  readonly #limits: QueueLimits;
  readonly #onDrop: (peer: string) => void;
  readonly #shares = new Map<string, PeerShare>();
  #slots: Slot[] = [];
  #next = 0;
  #length = 0;

  constructor(limits: QueueLimits, onDrop: (peer: string) => void) {
    this.#limits = limits;
    this.#onDrop = onDrop;
  }

  /** Inputs waiting to be taken. */
  get length(): number {
    return this.#length;
  }

  push(input: Input): void {
    const slot: Slot = { input, blockBytes: blockBytes(input) };
    this.#slots.push(slot);
    this.#length += 1;
    if (input.kind === "message") this.#charge(input.peer, slot);
    this.#compact();
  }

  take(): Input | null {
    while (this.#next < this.#slots.length) {
      const { input } = this.#slots[this.#next++] as Slot;
      if (input === null) continue;
      if (input.kind === "message") this.#discharge(input.peer);
      this.#length -= 1;
      this.#compact();
      return input;
    }
    return null;
  }

  #charge(peer: string, slot: Slot): void {
    const share = this.#shares.get(peer) ?? { slots: [], blockBytes: 0 };
    this.#shares.set(peer, share);
    share.slots.push(slot);
    share.blockBytes += slot.blockBytes;
    while (this.#exceeds(share)) {
      this.#discharge(peer).input = null;
      this.#length -= 1;
      this.#onDrop(peer);
    }
  }

  #exceeds({ slots, blockBytes }: PeerShare): boolean {
    if (slots.length > this.#limits.messagesPerPeerMax) return true;
    return blockBytes > this.#limits.blockBytesPerPeerMax && slots.length > 1;
  }

  /** Take the oldest waiting message of a peer off its share. */
  #discharge(peer: string): Slot {
    const share = this.#shares.get(peer) as PeerShare;
    const slot = share.slots.shift() as Slot;
    share.blockBytes -= slot.blockBytes;
    if (share.slots.length === 0) this.#shares.delete(peer);
    return slot;
  }

  #compact(): void {
    if (this.#slots.length - this.#length <= EMPTY_SLOTS_MAX + this.#length) return;
    this.#slots = this.#slots.slice(this.#next).filter(({ input }) => input !== null);
    this.#next = 0;
  }
}

function blockBytes(input: Input): number {
  if (input.kind !== "message") return 0;
  const { message } = input;
  if (message.kind !== "proposal" && message.kind !== "round-change") return 0;
  return message.block?.bytes.length ?? 0;
}
