import type { Block } from "@causeway/protocol/block";
import type { ConsensusMessage } from "@causeway/protocol/consensusMessage";
import type { MakeActor } from "./actor.js";
import { withSwappedBody } from "./blockWith.js";

/** Share of the peers who get another body with a block, each always the same. */
const SWAPPED_SHARE = 0.4;

/** Passes blocks on, its own and those of others, with another body under the same header: no signature covers it (C16). */
export const bodySwapper: MakeActor = ({ key, random, acted }) => {
  /** Of each block and peer, whether it gets the other body. */
  const swapped = new Map<string, boolean>();

  function isSwapped({ hash }: Block, to: number): boolean {
    const at = `${hash}/${to}`;
    const drawn = swapped.get(at) ?? random.chance(SWAPPED_SHARE);
    if (swapped.size > 1_024) swapped.clear();
    swapped.set(at, drawn);
    return drawn;
  }

  function swap(block: Block): Block {
    acted();
    return withSwappedBody(block, key);
  }

  return {
    outgoing(message, to): readonly ConsensusMessage[] {
      if (message.kind === "proposal" && isSwapped(message.block, to))
        return [{ ...message, block: swap(message.block) }];
      if (message.kind === "round-change" && message.block !== null && isSwapped(message.block, to))
        return [{ ...message, block: swap(message.block) }];
      return [message];
    },
    serves: (blocks) =>
      blocks.map((served) =>
        random.chance(SWAPPED_SHARE) ? { ...served, block: swap(served.block) } : served,
      ),
  };
};
