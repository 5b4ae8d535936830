import type { SentMessage } from "@causeway/bridge/messages/decodeMessageSent";
import type { MessageCache, MirroredLeaf } from "@causeway/bridge/messages/outboxMirror";
import { messageLeaf } from "@causeway/protocol/bridgeMessage";
import type { Hash } from "@causeway/protocol/hex";
import { type MessageJson, messageFromJson, messageToJson } from "./messageJson.js";
import { nonceKey } from "./nonceKey.js";
import type { RelayerStore } from "./relayerStore.js";

/** A sent message as JSON carries it, its leaf left out because it follows; or the leaf of one that is not kept. */
type StoredLeaf = (Omit<SentMessage, "leaf" | "message"> & { readonly message: MessageJson }) | Hash;

/** Messages of one Outbox in a relayer's store. */
export class StoredMessages implements MessageCache {
  private readonly messagePrefix: string;
  private readonly nextBlockKey: string;

  /** @param name tells Outboxes apart. */
  constructor(
    private readonly store: RelayerStore,
    name: string,
  ) {
    this.messagePrefix = `messages!${name}!`;
    this.nextBlockKey = `messagesNextBlock!${name}`;
  }

  async load(): Promise<{ leaves: MirroredLeaf[]; nextBlock: number }> {
    const stored = await this.store.list<StoredLeaf>(this.messagePrefix);
    const nextBlock = (await this.store.get<number>(this.nextBlockKey)) ?? 0;
    return { leaves: stored.map(decode), nextBlock };
  }

  async add(first: number, leaves: readonly MirroredLeaf[], nextBlock: number): Promise<void> {
    const entries = leaves.map(
      (leaf, i) => [this.messagePrefix + nonceKey(first + i), encode(leaf)] as const,
    );
    await this.store.putAll([...entries, [this.nextBlockKey, nextBlock]]);
  }

  async clear(): Promise<void> {
    await this.store.clear(this.messagePrefix);
    await this.store.delete(this.nextBlockKey);
  }
}

function encode({ leaf, sent }: MirroredLeaf): StoredLeaf {
  if (sent === null) return leaf;
  const { leaf: _follows, message, ...place } = sent;
  return { ...place, message: messageToJson(message) };
}

function decode(stored: StoredLeaf): MirroredLeaf {
  if (typeof stored === "string") return { leaf: stored, sent: null };
  const { message: json, ...place } = stored;
  const message = messageFromJson(json);
  const leaf = messageLeaf(message);
  return { leaf, sent: { ...place, message, leaf } };
}
