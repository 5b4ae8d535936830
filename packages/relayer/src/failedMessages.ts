import type { BridgeMessage } from "@causeway/protocol/bridgeMessage";
import { type MessageJson, messageFromJson, messageToJson } from "./messageJson.js";
import { nonceKey } from "./nonceKey.js";
import type { RelayerStore } from "./relayerStore.js";

/** A message whose call failed, and how often it was tried again. */
export interface FailedMessage {
  readonly message: BridgeMessage;
  readonly attempts: number;
  /** Unix time, milliseconds, before which it is left alone. */
  readonly notBefore: number;
}

type StoredFailure = Omit<FailedMessage, "message"> & { readonly message: MessageJson };

/** Messages whose call failed on one chain, kept across restarts until they are delivered for good. */
export class FailedMessages {
  private readonly prefix: string;
  private loaded: Map<number, FailedMessage> | undefined;

  /** @param name tells Inboxes apart. */
  constructor(
    private readonly store: RelayerStore,
    name: string,
  ) {
    this.prefix = `failed!${name}!`;
  }

  async list(): Promise<readonly FailedMessage[]> {
    return [...(await this.all()).values()];
  }

  /** Known ones keep their attempts. */
  async add(message: BridgeMessage): Promise<void> {
    if ((await this.all()).has(message.nonce)) return;
    await this.update({ message, attempts: 0, notBefore: 0 });
  }

  async update(failed: FailedMessage): Promise<void> {
    const { nonce } = failed.message;
    const stored: StoredFailure = { ...failed, message: messageToJson(failed.message) };
    await this.store.put(this.prefix + nonceKey(nonce), stored);
    (await this.all()).set(nonce, failed);
  }

  async remove(nonce: number): Promise<void> {
    await this.store.delete(this.prefix + nonceKey(nonce));
    (await this.all()).delete(nonce);
  }

  private async all(): Promise<Map<number, FailedMessage>> {
    if (this.loaded !== undefined) return this.loaded;
    const stored = await this.store.list<StoredFailure>(this.prefix);
    const failures = stored.map((one) => ({ ...one, message: messageFromJson(one.message) }));
    this.loaded = new Map(failures.map((failed) => [failed.message.nonce, failed]));
    return this.loaded;
  }
}
