import type { Block } from "@causeway/protocol/block";
import type { ConsensusMessage } from "@causeway/protocol/consensusMessage";
import type { MakeActor } from "./actor.js";
import { blockWith } from "./blockWith.js";

/** Proposes two blocks of one round, each to a part of the others, and votes for both. */
export const doubleProposer: MakeActor = ({ key, sign, acted }) => {
  const twins = new Map<string, Block>();

  function twinOf(block: Block): Block {
    const known = twins.get(block.hash) ?? blockWith(block, { timestamp: block.timestamp + 1 });
    if (twins.size > 64) twins.clear();
    twins.set(block.hash, known);
    return known;
  }

  return {
    outgoing(message, to): readonly ConsensusMessage[] {
      if (message.author !== key || to % 2 === 0) return [message];
      if (message.kind === "proposal" && message.prepares.length === 0) {
        acted();
        const block = twinOf(message.block);
        const payload = { ...message.payload, blockHash: block.hash };
        return [{ ...message, block, payload, signature: sign({ kind: "proposal", payload }) }];
      }
      const twin = message.kind === "prepare" ? twins.get(message.payload.blockHash) : undefined;
      if (message.kind !== "prepare" || twin === undefined) return [message];
      const payload = { ...message.payload, blockHash: twin.hash };
      return [{ ...message, payload, signature: sign({ kind: "prepare", payload }) }];
    },
  };
};
