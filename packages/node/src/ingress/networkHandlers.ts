import type { ChainReader } from "@causeway/chain/chainReader";
import type { InputEvent } from "@causeway/consensus/input";
import type { NetworkHandlers } from "@causeway/network/networkPort";
import { decodeBlock } from "@causeway/protocol/block";
import type { Head } from "@causeway/protocol/head";
import type { Address, Hash } from "@causeway/protocol/hex";
import type { ConsensusHost } from "../host/consensusHost.js";
import type { Signer } from "../signer/keyRing.js";
import type { RefusalCounts } from "../status/refusalCounts.js";
import type { Synchroniser } from "../sync/synchroniser.js";
import type { TransactionGossip } from "../transactions/transactionGossip.js";
import { readCertifiedRange } from "../wiring/readCertified.js";
import type { HeadGate } from "./headGate.js";
import type { MessageGate } from "./messageGate.js";

export interface NetworkHandlersParts {
  readonly host: { submit(event: InputEvent): void } & Pick<ConsensusHost<unknown>, "proposedBlock">;
  readonly gate: MessageGate;
  readonly headGate: HeadGate;
  readonly synchroniser: Synchroniser;
  readonly gossip: TransactionGossip;
  readonly refusals: RefusalCounts;
  readonly reader: ChainReader;
  readonly head: () => Head;
  readonly signer: Signer;
}

/** Where everything that arrives from peers goes. */
export function networkHandlers(parts: () => NetworkHandlersParts): NetworkHandlers {
  return {
    onConsensusMessage: (peer, message) => parts().gate.receive(peer, message),
    onDecided: (peer, decided) => void parts().synchroniser.decided(peer, decided),
    onTransaction: (peer, transaction) => parts().gossip.received(peer, transaction),
    onHeadAnnounced: (peer, head) => parts().headGate.judge(peer, head),
    onPeerConnected: ({ id, height }) => {
      parts().host.submit({ kind: "peer-connected", peer: id });
      parts().gossip.peerConnected(id);
      parts().synchroniser.announced(id, height);
    },
    onPeerDisconnected: (peer) => {
      parts().synchroniser.peerGone(peer);
      parts().gossip.peerGone(peer);
    },
    onRefused: (rule) => parts().refusals.add(rule),
    readBlocks: (from, count) => readCertifiedRange(parts().reader, from, count),
    readBlock: async (hash: Hash) => {
      const proposed = parts().host.proposedBlock(hash);
      if (proposed !== null) return proposed;
      const bytes = await parts().reader.rawBlock(hash);
      return bytes === null ? null : decodeBlock(bytes);
    },
    readPool: () => parts().gossip.pooled(),
    headHeight: () => parts().head().height,
    signHandshake: (digest) => {
      const { signer, head } = parts();
      const validator = activeKey(signer, head());
      return validator === null ? null : { validator, signature: signer.sign(validator, digest) };
    },
  };
}

/** The key of the ring that seals the next height; else the first, whose turn may come (V4); null for a follower. */
export function activeKey({ addresses }: Signer, { nextValidators }: Head): Address | null {
  return addresses.find((key) => nextValidators.includes(key)) ?? addresses[0] ?? null;
}

/**
 * Keys of the ring that have a seat in the next height's set beside the one that signs: seats that nobody fills (V4).
 * @param waiting keys that may not sign yet, for want of a record (W5).
 */
export function silentKeys(
  { addresses }: Signer,
  { nextValidators }: Head,
  waiting: readonly Address[],
): readonly Address[] {
  const seated = addresses.filter((key) => nextValidators.includes(key));
  const signing = seated.find((key) => !waiting.includes(key));
  return seated.length > 1 ? seated.filter((key) => key !== signing) : [];
}
