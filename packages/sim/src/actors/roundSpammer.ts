import type { MakeActor } from "./actor.js";

const ROUND_MAX = 2 ** 32 - 1;

/** Asks for ever other rounds, up to the largest there is (C8). */
export const roundSpammer: MakeActor = ({ key, sign, random, height, peers, send, acted }) => ({
  tick() {
    for (const to of peers()) {
      acted();
      const round = random.chance(0.3) ? ROUND_MAX : random.integer(1, random.chance(0.5) ? 20 : ROUND_MAX);
      const payload = { height: height() + random.integer(0, 1), round, prepared: null };
      const signature = sign({ kind: "round-change", payload });
      send(to, { kind: "round-change", payload, author: key, signature, prepares: [], block: null });
    }
  },
});
