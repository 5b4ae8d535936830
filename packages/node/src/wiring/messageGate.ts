import type { Block } from "@causeway/protocol/block";
import type { ConsensusMessage } from "@causeway/protocol/consensusMessage";
import type { Address } from "@causeway/protocol/hex";

export interface MessageGatePorts {
  readonly bodyFault: (block: Block) => Promise<string | null>;
  /** Whether the address is in S(h) of the height being decided. */
  readonly isValidator: (address: Address) => boolean;
  readonly submit: (peer: string, message: ConsensusMessage) => void;
  /** A message whose block has another body than its header says. */
  readonly refuse: (peer: string, message: ConsensusMessage, rule: string) => void;
}

/** Messages with blocks of one peer being checked at once; more are dropped, C11 brings them back. */
const CHECKING_PER_PEER_MAX = 8;

/** Lets consensus messages through to the core, those with a block after a look at its body (C16). */
export class MessageGate {
  readonly #ports: MessageGatePorts;
  readonly #checking = new Map<string, number>();
  /** Blocks found sound; the network hands out one object for a message that several peers send (C11). */
  readonly #sound = new WeakSet<Block>();

  constructor(ports: MessageGatePorts) {
    this.#ports = ports;
  }

  receive(peer: string, message: ConsensusMessage): void {
    const block = message.kind === "proposal" || message.kind === "round-change" ? message.block : null;
    if (block === null || this.#sound.has(block)) this.#ports.submit(peer, message);
    else void this.#check(peer, message, block);
  }

  /** Hashing a body is dear and the core takes no block from strangers: theirs are dropped unread (N2). */
  async #check(peer: string, message: ConsensusMessage, block: Block) {
    if (!this.#ports.isValidator(message.author)) return;
    const checking = this.#checking.get(peer) ?? 0;
    if (checking >= CHECKING_PER_PEER_MAX) return;
    this.#checking.set(peer, checking + 1);
    try {
      const rule = await this.#ports.bodyFault(block);
      if (rule !== null) return this.#ports.refuse(peer, message, rule);
      this.#sound.add(block);
      this.#ports.submit(peer, message);
    } finally {
      const left = (this.#checking.get(peer) ?? 1) - 1;
      if (left === 0) this.#checking.delete(peer);
      else this.#checking.set(peer, left);
    }
  }
}
