import type { ConsensusMessage } from "@causeway/protocol/consensusMessage";

/** What happens to a message between two nodes, besides time. */
export interface MessagePath {
  /** @throws what a receiver's decoder throws. */
  pass(message: ConsensusMessage): ConsensusMessage;
}

/** The object itself: for runs whose signatures cost nothing to check. */
export const directPath: MessagePath = { pass: (message) => message };
