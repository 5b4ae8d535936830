import type { Chain } from "@causeway/chain/openChain";
import type { Actor } from "./actor.js";

/** The chain of a byzantine node: its actor may build other blocks beside those of the honest code. */
export function tamperedChain(chain: Chain, actor: () => Actor | undefined): Chain {
  const { execution } = chain;
  return {
    ...chain,
    execution: {
      get executedBlocks() {
        return execution.executedBlocks;
      },
      head: () => execution.head(),
      async build(request, signal) {
        const built = await execution.build(request, signal);
        const buildAt = async (timestamp: number) =>
          (await execution.build({ ...request, timestamp }, signal)).block;
        await actor()?.built?.(built.block, buildAt);
        return built;
      },
      execute: (block, signal) => execution.execute(block, signal),
      commit: (block, certificate) => execution.commit(block, certificate),
    },
  };
}
