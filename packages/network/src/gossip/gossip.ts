import { createHash } from "node:crypto";
import type { CertifiedBlock } from "@causeway/protocol/certifiedBlock";
import type { Hash } from "@causeway/protocol/hex";
import { assertSupportedTransaction } from "@causeway/protocol/transactionShape";
import { HEAD_BYTES_MAX, TRANSACTION_BYTES_MAX } from "@causeway/protocol/wire/frameLimits";
import { decodeHead, encodeHead, type HeadAnnouncement } from "@causeway/protocol/wire/headCodec";
import { malformed } from "@causeway/protocol/wire/wireError";
import { type GossipSub, type GossipSubComponents, gossipsub, TopicValidatorResult } from "@libp2p/gossipsub";
import { GOSSIP_BUFFER_BYTES_MAX, GOSSIP_SEEN_MS } from "../limits.js";
import type { HeadVerdict, TransactionVerdict } from "../networkPort.js";
import { gossipTopics } from "../protocols.js";

const TOPIC_RESULT: Readonly<Record<HeadVerdict | TransactionVerdict, TopicValidatorResult>> = {
  accept: TopicValidatorResult.Accept,
  ignore: TopicValidatorResult.Ignore,
  reject: TopicValidatorResult.Reject,
};

/** What a gossiping peer may do, decided outside: gossip itself knows no handshake, rate or score. */
export interface GossipGate {
  /** False for a peer that has not finished the handshake or is over its rate: the message is ignored. */
  admits(peer: string, size: number): boolean;
  onTransaction(peer: string, transaction: Uint8Array): Promise<TransactionVerdict>;
  onHead(peer: string, head: HeadAnnouncement): Promise<HeadVerdict>;
  onMalformed(peer: string, error: unknown): void;
}

/** The gossipsub service. Messages are anonymous: a signature would say nothing, the contents prove themselves. */
export function gossipService(genesisHash: Hash): (components: GossipSubComponents) => GossipSub {
  return gossipsub({
    globalSignaturePolicy: "StrictNoSign",
    fallbackToFloodsub: false,
    allowPublishToZeroTopicPeers: true,
    ignoreDuplicatePublishError: true,
    allowedTopics: Object.values(gossipTopics(genesisHash)),
    msgIdFn: ({ data }) => createHash("sha256").update(data).digest(),
    maxOutboundBufferSize: GOSSIP_BUFFER_BYTES_MAX,
    seenTTL: GOSSIP_SEEN_MS,
    // A peer that sends faster than it is judged waits, its own stream full, and nobody else does.
    awaitRpcHandler: true,
    awaitRpcMessageHandler: true,
    // Validators of one operator share hosts; peers are scored by what they send, not by where they are.
    scoreParams: { IPColocationFactorWeight: 0 },
  });
}

/** Our two topics on gossipsub: checked before they are passed on, delivered once. */
export class Gossip {
  private readonly topics: { readonly tx: string; readonly head: string };

  constructor(
    private readonly pubsub: GossipSub,
    genesisHash: Hash,
    private readonly gate: GossipGate,
  ) {
    this.topics = gossipTopics(genesisHash);
  }

  start(): void {
    this.subscribe(this.topics.tx, TRANSACTION_BYTES_MAX, assertSupportedTransaction, async (peer, data) => {
      return TOPIC_RESULT[await this.gate.onTransaction(peer, data)];
    });
    this.subscribe(this.topics.head, HEAD_BYTES_MAX, decodeHead, async (peer, _data, head) => {
      return TOPIC_RESULT[await this.gate.onHead(peer, head)];
    });
  }

  publishTransaction(transaction: Uint8Array): void {
    this.publish(this.topics.tx, transaction);
  }

  publishHead(decided: CertifiedBlock): void {
    this.publish(this.topics.head, encodeHead(decided));
  }

  private publish(topic: string, data: Uint8Array): void {
    // Gossip is best effort: heads are synced and transactions published again by their senders.
    this.pubsub.publish(topic, data).catch(() => undefined);
  }

  /** gossipsub calls the validator once per message it has not seen, before it passes the message on. */
  private subscribe<T>(
    topic: string,
    maxBytes: number,
    decode: (data: Uint8Array) => T,
    deliver: (peer: string, data: Uint8Array, decoded: T) => Promise<TopicValidatorResult>,
  ): void {
    this.pubsub.topicValidators.set(topic, (source, message) => {
      const peer = source.toString();
      const { length } = message.data;
      if (!this.gate.admits(peer, length)) return TopicValidatorResult.Ignore;
      // A plain copy: what gossipsub hands out is a Buffer that keeps its whole frame alive.
      const data = new Uint8Array(message.data);
      let decoded: T;
      try {
        if (length > maxBytes) throw malformed("gossip", `at most ${maxBytes} bytes, got ${length} (N2)`);
        decoded = decode(data);
      } catch (error) {
        this.gate.onMalformed(peer, error);
        return TopicValidatorResult.Reject;
      }
      return deliver(peer, data, decoded);
    });
    this.pubsub.subscribe(topic);
  }
}
