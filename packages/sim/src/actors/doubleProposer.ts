import type { Block } from "@causeway/protocol/block";
import type { ConsensusMessage } from "@causeway/protocol/consensusMessage";
import type { MakeActor } from "./actor.js";

/** Proposes two blocks of one round, both of them valid, each to a part of the others, and prepares both. */
export const doubleProposer: MakeActor = ({ key, sign, acted }) => {
  const twins = new Map<string, Block>();

  return {
    async built(block, buildAt) {
      const twin = await buildAt(block.timestamp + 1);
      if (twins.size > 64) twins.clear();
      twins.set(block.hash, twin);
    },
    outgoing(message, to): readonly ConsensusMessage[] {
      if (message.author !== key || to % 2 === 0 || message.kind === "round-change") return [message];
      const block = twins.get(message.payload.blockHash);
      if (block === undefined) return [message];
      if (message.kind === "proposal" && message.prepares.length === 0) {
        acted();
        const payload = { ...message.payload, blockHash: block.hash };
        return [{ ...message, block, payload, signature: sign({ kind: "proposal", payload }) }];
      }
      if (message.kind !== "prepare") return [message];
      const payload = { ...message.payload, blockHash: block.hash };
      return [{ ...message, payload, signature: sign({ kind: "prepare", payload }) }];
    },
  };
};
