import type { MakeActor } from "./actor.js";

/** Takes part in changing rounds and in nothing else, so that rounds climb while no block is decided. */
export const abstainer: MakeActor = ({ key, acted }) => ({
  outgoing(message) {
    if (message.author !== key || message.kind === "round-change") return [message];
    acted();
    return [];
  },
});
