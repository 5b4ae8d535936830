import type { ConsensusMessage } from "@causeway/protocol/consensusMessage";
import { modelHash } from "../model/modelTransaction.js";
import type { MakeActor } from "./actor.js";

/** Tells one half of the others something else than the other half: PREPAREs, COMMITs and ROUND-CHANGEs of its own. */
export const equivocator: MakeActor = ({ key, sign, random, acted }) => {
  /** What the other half is told, drawn once per message so that relays agree. */
  const lies = new Map<string, ConsensusMessage>();

  function lieOf(message: ConsensusMessage): ConsensusMessage {
    const known = lies.get(message.signature);
    if (known !== undefined) return known;
    const lie = contradiction(message);
    if (lies.size > 256) lies.clear();
    lies.set(message.signature, lie);
    return lie;
  }

  function contradiction(message: ConsensusMessage): ConsensusMessage {
    const other = modelHash("equivocation", message.signature);
    switch (message.kind) {
      case "proposal":
        return message;
      case "prepare": {
        const payload = { ...message.payload, blockHash: other };
        return { ...message, payload, signature: sign({ kind: "prepare", payload }) };
      }
      case "commit": {
        const payload = { ...message.payload, blockHash: other, stateRoot: other };
        return { ...message, payload, signature: sign({ kind: "commit", payload }) };
      }
      case "round-change": {
        const payload = { ...message.payload, prepared: null };
        const signature = sign({ kind: "round-change", payload });
        return { ...message, payload, signature, prepares: [], block: null };
      }
    }
  }

  const inverted = random.chance(0.5);
  return {
    outgoing(message, to) {
      if (message.author !== key || (to % 2 === 0) === inverted) return [message];
      const lie = lieOf(message);
      if (lie.signature === message.signature) return [message];
      acted();
      // Some peers get both, in either order.
      return random.chance(0.3) ? [lie, message] : [lie];
    },
  };
};
