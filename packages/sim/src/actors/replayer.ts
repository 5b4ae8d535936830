import type { ConsensusMessage } from "@causeway/protocol/consensusMessage";
import type { MakeActor } from "./actor.js";

const KEPT_MAX = 512;
const BURST = 4;

/** Keeps what everybody said and says it again, at any later time, to anybody. */
export const replayer: MakeActor = ({ random, peers, send, acted }) => {
  const kept: ConsensusMessage[] = [];
  return {
    incoming(message) {
      if (kept.length < KEPT_MAX) kept.push(message);
      else kept[random.integer(0, KEPT_MAX - 1)] = message;
    },
    tick() {
      if (kept.length === 0) return;
      for (const to of peers()) {
        acted();
        for (let i = 0; i < BURST; i++) send(to, random.pick(kept));
      }
    },
  };
};
