import type { BridgeMessage } from "@causeway/protocol/bridgeMessage";
import type { Address, Hash } from "@causeway/protocol/hex";
import { MerkleTree } from "@causeway/protocol/merkleTree";
import { BridgeError } from "../bridgeError.js";
import { LOG_RANGE_BLOCKS, readLogs } from "../rpc/findLog.js";
import type { RpcReader } from "../rpc/rpcReader.js";
import { decodeMessageSent, MESSAGE_SENT_TOPIC, type SentMessage } from "./decodeMessageSent.js";
import type { OutboxState } from "./readProvenOutbox.js";

/** A leaf with all that a proof of it needs. */
export interface ProvenMessage extends SentMessage {
  /** Siblings bottom up, 32 of them. */
  readonly proof: readonly Hash[];
}

/** A leaf of an Outbox, and its message if the mirror keeps that. */
export interface MirroredLeaf {
  readonly leaf: Hash;
  readonly sent: SentMessage | null;
}

/** Where a mirror keeps what it has read, so that a restart need not read all logs again. Not trusted: roots judge it. */
export interface MessageCache {
  /** Leaves in nonce order and the block to read on from, as last added. */
  load(): Promise<{ readonly leaves: readonly MirroredLeaf[]; readonly nextBlock: number }>;
  /** @param first nonce of the first leaf. */
  add(first: number, leaves: readonly MirroredLeaf[], nextBlock: number): Promise<void>;
  clear(): Promise<void>;
}

/**
 * All messages of one Outbox, rebuilt from its logs and believed only when they hash to the root in its storage:
 * an eth_getLogs that is silently empty or partial is noticed. Holds every leaf in memory (about 200 bytes each) and the
 * messages it is told to keep: anybody may write 8 kB at a time into an Outbox.
 */
export class OutboxMirror {
  private messages = new Map<number, SentMessage>();
  private tree = new MerkleTree();
  private nextBlock: number;
  private cacheLoaded = false;

  /**
   * @param reader node whose logs are read.
   * @param outbox its Outbox.
   * @param startBlock a block at or below the Outbox's first message.
   * @param cache messages of an earlier run.
   * @param keeps which messages are kept; of others only the leaf is.
   */
  constructor(
    private readonly reader: RpcReader,
    private readonly outbox: Address,
    private readonly startBlock = 0,
    private readonly cache?: MessageCache,
    private readonly keeps: (message: BridgeMessage) => boolean = () => true,
  ) {
    this.nextBlock = startBlock;
  }

  get count(): number {
    return this.tree.count;
  }

  /** Root of the first `count` messages. */
  rootAt(count: number): Hash {
    return this.tree.rootAt(count);
  }

  /** Whether `state` is what this Outbox once was: its root covers the first `count` messages held here. */
  hasPrefix(state: OutboxState): boolean {
    return state.count <= this.count && this.tree.rootAt(state.count) === state.root;
  }

  /** The message with a nonce, undefined when it is not kept. */
  message(nonce: number): SentMessage | undefined {
    return this.messages.get(nonce);
  }

  /**
   * A message and its proof in the tree of the first `count` messages.
   * @throws RangeError when it is not among them, or not kept.
   */
  prove(nonce: number, count: number): ProvenMessage {
    const proof = this.tree.proofAt(nonce, count);
    const sent = this.messages.get(nonce);
    if (sent === undefined) throw new RangeError(`message ${nonce} is not kept`);
    return { ...sent, proof };
  }

  /**
   * Read on until `state` at block `blockNumber` is reached, and compare with it. An older state than the one held is
   * compared too.
   * @throws {BridgeError} LogsIncomplete or RootMismatch, after which the next call reads again; what the node throws,
   * after which it reads on.
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
    this.messages = new Map();
    this.tree = new MerkleTree();
    this.nextBlock = this.startBlock;
  }

  /** Range by range, so that a node that fails on the way does not make everything before be read again. */
  private async extend(count: number, blockNumber: number): Promise<void> {
    if (this.count === 0) await this.cache?.clear();
    for (let from = this.nextBlock; from <= blockNumber; from = this.nextBlock) {
      const to = Math.min(blockNumber, from + LOG_RANGE_BLOCKS - 1);
      await this.take(await this.readRange(from, to), to, count);
    }
    if (this.count < count) throw this.incomplete(count, blockNumber);
  }

  /** Append the messages of a range of blocks that are not held yet. */
  private async take(read: readonly SentMessage[], to: number, need: number): Promise<void> {
    const first = this.count;
    const next = read.filter(({ message }) => message.nonce >= first);
    if (next.some(({ message }, i) => message.nonce !== first + i)) throw this.incomplete(need, to);
    const leaves = next.map((sent) => ({ leaf: sent.leaf, sent: this.keeps(sent.message) ? sent : null }));
    this.append(leaves);
    this.nextBlock = to + 1;
    await this.cache?.add(first, leaves, this.nextBlock);
  }

  /** What was skipped may lie below the cursor, so the next sync starts over; what is held already is passed over. */
  private incomplete(need: number, blockNumber: number): BridgeError {
    this.nextBlock = this.startBlock;
    return new BridgeError(
      { code: "LogsIncomplete", outbox: this.outbox, have: this.count, need },
      `the logs of Outbox ${this.outbox} up to block ${blockNumber} hold ${this.count} messages, its storage counts ${need}`,
    );
  }

  private async loadCache(): Promise<void> {
    this.cacheLoaded = true;
    if (this.cache === undefined) return;
    const { leaves, nextBlock } = await this.cache.load();
    this.append(leaves);
    this.nextBlock = Math.max(this.startBlock, nextBlock);
  }

  private append(leaves: readonly MirroredLeaf[]): void {
    for (const { leaf, sent } of leaves) {
      if (sent !== null) this.messages.set(this.count, sent);
      this.tree.append(leaf);
    }
  }

  private async readRange(from: number, to: number): Promise<SentMessage[]> {
    const filter = { address: this.outbox, topics: [MESSAGE_SENT_TOPIC] };
    const logs = await readLogs(this.reader, filter, from, to);
    return logs.flatMap((log) => decodeMessageSent(log, this.outbox) ?? []);
  }
}
