import { abstainer } from "./abstainer.js";
import type { MakeActor } from "./actor.js";

/** Keeps rounds climbing as an {@link abstainer} while the world is hurt; once all depends on the others, it is gone. */
export const deserter: MakeActor = (context) => {
  const before = abstainer(context);
  let gone = false;
  return {
    ...before,
    outgoing(message, to) {
      if (gone) context.acted();
      return gone ? [] : (before.outgoing?.(message, to) ?? [message]);
    },
    healed() {
      gone = true;
    },
  };
};
