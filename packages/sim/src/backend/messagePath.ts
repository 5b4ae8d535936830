import { MessageDecoder } from "@causeway/network/consensus/messageDecoder";
import type { ConsensusMessage } from "@causeway/protocol/consensusMessage";
import { CausewayError } from "@causeway/protocol/errors";
import type { Recover } from "@causeway/protocol/signature";
import type { VoteDomain } from "@causeway/protocol/voteDomain";
import { encodeConsensusMessage } from "@causeway/protocol/wire/consensusMessageCodec";

/** What one node makes of a message sent to it; null for what its decoder refuses. */
export type MessagePath = (message: ConsensusMessage) => ConsensusMessage | null;

/** The object itself: where signatures cost nothing to check. */
export const directPath: MessagePath = (message) => message;

/** Over the wire format, and every signer recovered, as the real network does it (C16). */
export function wirePath(domain: VoteDomain, recover: Recover): MessagePath {
  const decoder = new MessageDecoder(domain, recover);
  return (message) => {
    let bytes = encoded.get(message);
    if (bytes === undefined) {
      bytes = encodeConsensusMessage(message);
      encoded.set(message, bytes);
    }
    try {
      return decoder.decode(bytes).message;
    } catch (error) {
      if (error instanceof CausewayError) return null;
      throw error;
    }
  };
}

/** A message goes to many, and is encoded once. */
const encoded = new WeakMap<ConsensusMessage, Uint8Array>();
