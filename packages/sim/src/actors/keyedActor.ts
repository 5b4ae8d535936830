import type { Address } from "@causeway/protocol/hex";
import type { Actor } from "./actor.js";

/** A byzantine validator with several keys: of its actors, the one of the key it signs with now. */
export function keyedActor(actors: ReadonlyMap<Address, Actor>, keyNow: () => Address): Actor {
  const all = [...actors.values()];
  const now = () => actors.get(keyNow());
  return {
    outgoing: (message, to) => now()?.outgoing?.(message, to) ?? [message],
    incoming(message) {
      for (const actor of all) actor.incoming?.(message);
    },
    tick: () => now()?.tick?.(),
    healed() {
      for (const actor of all) actor.healed?.();
    },
    built: async (block, buildAt) => now()?.built?.(block, buildAt),
    serves: (blocks) => now()?.serves?.(blocks) ?? blocks,
  };
}
