import type { Address, Hash } from "@causeway/protocol/hex";
import { MerkleTree } from "@causeway/protocol/merkleTree";
import { BridgeError } from "./bridgeError.js";
import { decodeMessageSent, MESSAGE_SENT_TOPIC, type SentMessage } from "./decodeMessageSent.js";
import { LOG_RANGE_BLOCKS, readLogs } from "./findLog.js";
import type { OutboxState } from "./readProvenOutbox.js";
import type { RpcReader } from "./rpcReader.js";

/** A leaf with all that a proof of it needs. */
export interface ProvenMessage extends SentMessage {
  /** Siblings bottom up, 32 of them. */
  readonly proof: readonly Hash[];
}

/** Where a mirror keeps what it has read, so that a restart need not read all logs again. Not trusted: roots judge it. */
export interface MessageCache {
  /** Messages in nonce order and the block to read on from, as last added. */
  load(): Promise<{ readonly messages: readonly SentMessage[]; readonly nextBlock: number }>;
  add(messages: readonly SentMessage[], nextBlock: number): Promise<void>;
  clear(): Promise<void>;
}

/**
 * All messages of one Outbox, rebuilt from its logs and believed only when they hash to the root in its storage:
 * an eth_getLogs that is silently empty or partial is noticed. Holds every message in memory (about 1 kB each).
 */
export class OutboxMirror {
  private messages: SentMessage[] = [];
  private tree = new MerkleTree();
  private nextBlock: number;
  private cacheLoaded = false;

  /**
   * @param reader node whose logs are read.
   * @param outbox its Outbox.
   * @param startBlock a block at or below the Outbox's first message.
   * @param cache messages of an earlier run.
   */
  constructor(
    private readonly reader: RpcReader,
    private readonly outbox: Address,
    private readonly startBlock = 0,
    private readonly cache?: MessageCache,
  ) {
    this.nextBlock = startBlock;
  }

  get count(): number {
    return this.messages.length;
  }

  /** Root of the first `count` messages. */
  rootAt(count: number): Hash {
    return this.tree.rootAt(count);
  }

  /** Whether `state` is what this Outbox once was: its root covers the first `count` messages held here. */
  hasPrefix(state: OutboxState): boolean {
    return state.count <= this.count && this.tree.rootAt(state.count) === state.root;
  }

  /** The message with a nonce, undefined when it is not held. */
  message(nonce: number): SentMessage | undefined {
    return this.messages[nonce];
  }

  /**
   * A message and its proof in the tree of the first `count` messages.
   * @throws RangeError when it is not among them.
   */
  prove(nonce: number, count: number): ProvenMessage {
    const proof = this.tree.proofAt(nonce, count);
    return { ...(this.messages[nonce] as SentMessage), proof };
  }

  /**
   * Read on until `state` at block `blockNumber` is reached, and compare with it. An older state than the one held is
   * compared too.
   * @throws {BridgeError} LogsIncomplete or RootMismatch; nothing half-read is kept, the next call reads again.
   */
  async syncTo(state: OutboxState, blockNumber: number): Promise<void> {
    if (!this.cacheLoaded) await this.loadCache();
    if (state.count > this.count) await this.extend(state.count, blockNumber);
    if (this.hasPrefix(state)) return;
    this.reset();
    throw new BridgeError(
      { code: "RootMismatch", outbox: this.outbox, count: state.count },
      `the ${state.count} messages of Outbox ${this.outbox} do not hash to its root ${state.root}: logs of another fork`,
    );
  }

  /** Forget everything, the cache included, so that the next sync reads from the start. */
  reset(): void {
    this.cacheLoaded = true;
    this.messages = [];
    this.tree = new MerkleTree();
    this.nextBlock = this.startBlock;
  }

  private async extend(count: number, blockNumber: number): Promise<void> {
    const read: SentMessage[] = [];
    for (let from = this.nextBlock; from <= blockNumber; from += LOG_RANGE_BLOCKS) {
      read.push(...(await this.readRange(from, Math.min(blockNumber, from + LOG_RANGE_BLOCKS - 1))));
    }
    const next = read.filter(({ message }) => message.nonce >= this.count);
    const contiguous = next.every(({ message }, i) => message.nonce === this.count + i);
    if (!contiguous || this.count + next.length < count) {
      const have = this.count + next.length;
      // What was skipped may lie below the cursor.
      this.nextBlock = this.startBlock;
      throw new BridgeError(
        { code: "LogsIncomplete", outbox: this.outbox, have, need: count },
        `the logs of Outbox ${this.outbox} up to block ${blockNumber} hold ${have} messages, its storage counts ${count}`,
      );
    }
    if (this.count === 0) await this.cache?.clear();
    this.append(next);
    this.nextBlock = blockNumber + 1;
    await this.cache?.add(next, this.nextBlock);
  }

  private async loadCache(): Promise<void> {
    this.cacheLoaded = true;
    if (this.cache === undefined) return;
    const { messages, nextBlock } = await this.cache.load();
    this.append(messages);
    this.nextBlock = Math.max(this.startBlock, nextBlock);
  }

  private append(messages: readonly SentMessage[]): void {
    for (const sent of messages) {
      this.messages.push(sent);
      this.tree.append(sent.leaf);
    }
  }

  private async readRange(from: number, to: number): Promise<SentMessage[]> {
    const filter = { address: this.outbox, topics: [MESSAGE_SENT_TOPIC] };
    const logs = await readLogs(this.reader, filter, from, to);
    return logs.flatMap((log) => decodeMessageSent(log, this.outbox) ?? []);
  }
}
