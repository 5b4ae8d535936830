import type { ExecutionPort } from "@causeway/chain/chainPort";
import type { ChainWorld } from "./chainBackend.js";

/** The same execution, each answer of it some virtual time later, as from a thread of its own. */
export function delayedExecution(
  execution: ExecutionPort,
  { latencyMs, after }: Pick<ChainWorld, "latencyMs" | "after">,
): ExecutionPort {
  const pause = () => new Promise<void>((resolve) => after(latencyMs(), resolve));
  return {
    get executedBlocks() {
      return execution.executedBlocks;
    },
    head: () => execution.head(),
    async build(request, signal) {
      await pause();
      signal.throwIfAborted();
      return execution.build(request, signal);
    },
    async execute(block, signal) {
      await pause();
      signal.throwIfAborted();
      return execution.execute(block, signal);
    },
    async commit(block, certificate) {
      await pause();
      return execution.commit(block, certificate);
    },
  };
}
