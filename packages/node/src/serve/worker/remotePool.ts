import type { Transaction } from "@causeway/chain/types/transaction";
import type { Address, Hash } from "@causeway/protocol/hex";
import type { PoolPort } from "@causeway/rpc/poolPort";
import { type PackedTransactions, unpackTransactions } from "../packedTransactions.js";
import type { RemoteCalls } from "./remoteCalls.js";
import { SharedReading } from "./sharedReading.js";

interface PoolContent {
  readonly pending: readonly Transaction[];
  readonly queued: readonly Transaction[];
}

/** The transaction pool of the voting thread. */
export class RemotePool implements PoolPort {
  readonly #calls: RemoteCalls;
  readonly #listen: (wanted: boolean) => void;
  readonly #reach: (height: number) => Promise<void>;
  readonly #listeners = new Set<(transaction: Transaction) => void>();
  readonly #all = new SharedReading(() => this.#read(null));
  /** By how many are read, which is one number a method. */
  readonly #pending = new Map<number, SharedReading<readonly Transaction[]>>();

  /**
   * @param listen tells the voting thread whether anybody wants to hear of pooled transactions.
   * @param reach resolves when this thread shows the chain up to a durable height.
   */
  constructor(
    calls: RemoteCalls,
    listen: (wanted: boolean) => void,
    reach: (height: number) => Promise<void>,
  ) {
    this.#calls = calls;
    this.#listen = listen;
    this.#reach = reach;
  }

  add(raw: Uint8Array): Promise<Hash> {
    // A view is cloned with all that lies around it.
    return this.#calls.ask("addTransaction", new Uint8Array(raw));
  }

  async get(hash: Hash): Promise<Transaction | null> {
    const { packed, head } = await this.#calls.ask("pooledTransaction", hash);
    const [transaction = null] = await unpackTransactions(packed);
    // The pool lets go of what a block holds before this thread is told of the block.
    if (transaction === null) await this.#reach(head);
    return transaction;
  }

  pendingNonce(address: Address): Promise<bigint> {
    return this.#calls.ask("pendingNonce", address);
  }

  stats() {
    return this.#calls.ask("poolStats");
  }

  pending(max: number): Promise<readonly Transaction[]> {
    const reading = this.#pending.get(max) ?? new SharedReading(() => this.#readPending(max));
    this.#pending.set(max, reading);
    return reading.read();
  }

  content(sender?: Address): Promise<PoolContent> {
    return sender === undefined ? this.#all.read() : this.#read(sender);
  }

  onTransaction(listener: (transaction: Transaction) => void): () => void {
    // Whoever listens twice is two listeners.
    const own = (transaction: Transaction) => listener(transaction);
    this.#listeners.add(own);
    if (this.#listeners.size === 1) this.#listen(true);
    return () => {
      if (this.#listeners.delete(own) && this.#listeners.size === 0) this.#listen(false);
    };
  }

  /** The voting thread pooled transactions. */
  async pooled(packed: PackedTransactions): Promise<void> {
    for (const transaction of await unpackTransactions(packed)) {
      for (const listener of this.#listeners) listener(transaction);
    }
  }

  async #readPending(max: number): Promise<readonly Transaction[]> {
    return unpackTransactions(await this.#calls.ask("pendingTransactions", max));
  }

  async #read(sender: Address | null): Promise<PoolContent> {
    const { pending, queued } = await this.#calls.ask("poolContent", sender);
    return { pending: await unpackTransactions(pending), queued: await unpackTransactions(queued) };
  }
}
