import type { Transaction } from "@causeway/chain/chainReader";
import type { Address, Hash } from "@causeway/protocol/hex";
import type { PoolPort } from "@causeway/rpc/poolPort";
import { type PackedTransactions, unpackTransactions } from "../packedTransactions.js";
import type { RemoteCalls } from "./remoteCalls.js";

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
  #reading: Promise<unknown> | null = null;
  #nextReading: Promise<PoolContent> | null = null;

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

  /**
   * All is read once at a time; whoever asks meanwhile shares the next reading, for the one under way may be older than the
   * question.
   */
  content(sender?: Address): Promise<PoolContent> {
    if (sender !== undefined) return this.#read(sender);
    this.#nextReading ??= this.#afterReading();
    return this.#nextReading;
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

  async #afterReading(): Promise<PoolContent> {
    await this.#reading;
    const reading = this.#read(null);
    this.#nextReading = null;
    this.#reading = reading.catch(() => undefined);
    return reading;
  }

  async #read(sender: Address | null): Promise<PoolContent> {
    const { pending, queued } = await this.#calls.ask("poolContent", sender);
    return { pending: await unpackTransactions(pending), queued: await unpackTransactions(queued) };
  }
}
