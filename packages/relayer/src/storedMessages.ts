import type { SentMessage } from "@causeway/bridge/decodeMessageSent";
import type { MessageCache } from "@causeway/bridge/outboxMirror";
import { messageLeaf } from "@causeway/protocol/bridgeMessage";
import type { RelayerStore } from "./relayerStore.js";

/** Digits of a nonce in a key: keys sort as nonces do up to the 2^32 messages of a tree. */
const NONCE_DIGITS = 10;

/** A message as JSON carries it: chain ids as decimal strings, the leaf left out because it follows. */
type StoredMessage = Omit<SentMessage, "leaf" | "message"> & {
  readonly message: Omit<SentMessage["message"], "sourceChainId" | "destinationChainId"> & {
    readonly sourceChainId: string;
    readonly destinationChainId: string;
  };
};

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
    return this.messagePrefix + String(nonce).padStart(NONCE_DIGITS, "0");
  }
}

function encode({ leaf: _leaf, message, ...place }: SentMessage): StoredMessage {
  const { sourceChainId, destinationChainId, ...rest } = message;
  const ids = { sourceChainId: `${sourceChainId}`, destinationChainId: `${destinationChainId}` };
  return { ...place, message: { ...rest, ...ids } };
}

function decode({ message: stored, ...place }: StoredMessage): SentMessage {
  const { sourceChainId, destinationChainId, ...rest } = stored;
  const ids = { sourceChainId: BigInt(sourceChainId), destinationChainId: BigInt(destinationChainId) };
  const message = { ...rest, ...ids };
  return { ...place, message, leaf: messageLeaf(message) };
}
