import type { MakeActor } from "./actor.js";

/** Sends what it should to some and nothing to others; sometimes proposes to nobody. */
export const withholder: MakeActor = ({ key, random, acted }) => {
  const silentTowards = new Map<string, boolean>();
  const dark = random.chance(0.3);
  return {
    outgoing(message, to) {
      if (message.author !== key) return random.chance(0.5) ? [message] : [];
      const at = `${message.payload.height}/${message.payload.round}/${message.kind}/${to}`;
      const silent = silentTowards.get(at) ?? (dark || random.chance(0.6));
      if (silentTowards.size > 1_024) silentTowards.clear();
      silentTowards.set(at, silent);
      if (!silent) return [message];
      acted();
      return [];
    },
  };
};
