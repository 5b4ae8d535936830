import { isPreparedBy } from "@causeway/consensus/proposals/isPreparedBy";
import type { HeightState } from "@causeway/consensus/state";
import type { Block } from "@causeway/protocol/block";
import type {
  ConsensusMessage,
  ProposalMessage,
  RoundChangeMessage,
} from "@causeway/protocol/consensusMessage";
import { CheckedBodies } from "./checkedBodies.js";
import { ProposalChoice } from "./proposalChoice.js";

export interface MessageGatePorts {
  /** The rule a block's body breaks; null when it is the one its header commits to. */
  readonly bodyFault: (block: Block) => string | null;
  /** The height being decided; null until there is one. */
  readonly height: () => HeightState | null;
  readonly submit: (peer: string, message: ConsensusMessage) => void;
  /** A message whose block has another body than its header says. */
  readonly refuse: (peer: string, message: ConsensusMessage, rule: string) => void;
}

/**
 * Lets consensus messages through to the core: those with a block that the core may use, after a look at its body (C16).
 * To hash a body is dear, so that only blocks of who may send them are looked at, a bounded number, and each once (N2).
 */
export class MessageGate {
  readonly #ports: MessageGatePorts;
  readonly #bodies: CheckedBodies;
  readonly #proposals = new ProposalChoice();

  constructor(ports: MessageGatePorts) {
    this.#ports = ports;
    this.#bodies = new CheckedBodies(ports.bodyFault);
  }

  receive(peer: string, message: ConsensusMessage) {
    switch (message.kind) {
      case "proposal":
        return this.#receiveProposal(peer, message);
      case "round-change":
        return this.#receiveRoundChange(peer, message);
      default:
        return this.#ports.submit(peer, message);
    }
  }

  #receiveProposal(peer: string, message: ProposalMessage) {
    const height = this.#ports.height();
    if (height === null) return;
    const ahead = message.payload.height - height.number;
    // Who is behind gets an answer (C11), and nobody looks at his block.
    if (ahead < 0) return this.#ports.submit(peer, message);
    // Beyond the next height the core takes nothing (C12), and the votes tell it as well to catch up.
    if (ahead > 1 || !height.validators.includes(message.author)) return;
    if (this.#proposals.isWanted(height, message)) this.#submitSound(peer, message, message.block);
  }

  /** The block that rides along is of use where q PREPAREs name it; else the ROUND-CHANGE counts without it (C2, C8). */
  #receiveRoundChange(peer: string, message: RoundChangeMessage) {
    const height = this.#ports.height();
    const { block } = message;
    if (block === null || height === null) return this.#ports.submit(peer, { ...message, block: null });
    if (isOfUse(height, message, block)) return this.#submitSound(peer, message, block);
    this.#ports.submit(peer, { ...message, block: null });
  }

  #submitSound(peer: string, message: ConsensusMessage, block: Block): void {
    const rule = this.#bodies.fault(block);
    if (rule === null) this.#ports.submit(peer, message);
    else this.#ports.refuse(peer, message, rule);
  }
}

function isOfUse(
  height: HeightState,
  { author, payload, prepares }: RoundChangeMessage,
  { hash }: Block,
): boolean {
  const { prepared } = payload;
  return (
    payload.height === height.number &&
    prepared?.blockHash === hash &&
    !height.blocks.has(hash) &&
    height.validators.includes(author) &&
    isPreparedBy(height, prepared, prepares)
  );
}
