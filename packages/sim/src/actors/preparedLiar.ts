import type { PreparedClaim, RoundChangeMessage } from "@causeway/protocol/consensusMessage";
import { modelHash } from "../model/modelTransaction.js";
import type { MakeActor } from "./actor.js";

/** Lies in its ROUND-CHANGEs: hides what it prepared, claims an older round, or a block that was never prepared. */
export const preparedLiar: MakeActor = ({ key, sign, random, acted }) => {
  /** The oldest prepared claim it had at a height. */
  const oldest = new Map<number, Pick<RoundChangeMessage, "prepares" | "block"> & { claim: PreparedClaim }>();

  function signed(message: RoundChangeMessage, prepared: PreparedClaim | null): RoundChangeMessage {
    const payload = { ...message.payload, prepared };
    return { ...message, payload, signature: sign({ kind: "round-change", payload }) };
  }

  function lieOf(message: RoundChangeMessage): RoundChangeMessage {
    const older = oldest.get(message.payload.height);
    switch (random.integer(0, 2)) {
      case 0:
        return { ...signed(message, null), prepares: [], block: null };
      case 1:
        if (older === undefined) return message;
        return { ...signed(message, older.claim), prepares: older.prepares, block: older.block };
      default: {
        const round = Math.max(0, message.payload.round - 1);
        const invented = { round, blockHash: modelHash("never prepared", message.signature) };
        const prepares = random.chance(0.5) ? message.prepares : [];
        return { ...signed(message, invented), prepares, block: null };
      }
    }
  }

  return {
    outgoing(message) {
      if (message.kind !== "round-change" || message.author !== key) return [message];
      const { height, prepared } = message.payload;
      if (prepared !== null && !oldest.has(height)) {
        if (oldest.size > 64) oldest.clear();
        oldest.set(height, { claim: prepared, prepares: message.prepares, block: message.block });
      }
      const lie = lieOf(message);
      if (lie.signature !== message.signature) acted();
      return [lie];
    },
  };
};
