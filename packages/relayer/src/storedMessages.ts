import type { SentMessage } from "@causeway/bridge/decodeMessageSent";
import type { MessageCache } from "@causeway/bridge/outboxMirror";
import { messageLeaf } from "@causeway/protocol/bridgeMessage";
import { type MessageJson, messageFromJson, messageToJson } from "./messageJson.js";
import { nonceKey } from "./nonceKey.js";
import type { RelayerStore } from "./relayerStore.js";

/** A sent message as JSON carries it; the leaf is left out because it follows. */
type StoredMessage = Omit<SentMessage, "leaf" | "message"> & { readonly message: MessageJson };

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

  async load(): Promise<{ messages: SentMessage[]; nextBlock: number }> {
    const stored = await this.store.list<StoredMessage>(this.messagePrefix);
    const nextBlock = (await this.store.get<number>(this.nextBlockKey)) ?? 0;
    return { messages: stored.map(decode), nextBlock };
  }

  async add(messages: readonly SentMessage[], nextBlock: number): Promise<void> {
    const entries = messages.map((sent) => [this.messageKey(sent.message.nonce), encode(sent)] as const);
    await this.store.putAll([...entries, [this.nextBlockKey, nextBlock]]);
  }

  async clear(): Promise<void> {
    await this.store.clear(this.messagePrefix);
    await this.store.delete(this.nextBlockKey);
  }

  private messageKey(nonce: number): string {
    return this.messagePrefix + nonceKey(nonce);
  }
}

function encode({ leaf: _leaf, message, ...place }: SentMessage): StoredMessage {
  return { ...place, message: messageToJson(message) };
}

function decode({ message: json, ...place }: StoredMessage): SentMessage {
  const message = messageFromJson(json);
  return { ...place, message, leaf: messageLeaf(message) };
}
