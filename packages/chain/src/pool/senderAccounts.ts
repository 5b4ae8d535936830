import type { Address } from "@causeway/protocol/hex";
import type { StateReader } from "../engine/engine.js";
import { blockGasMax } from "../rules/gasLimits.js";
import { EMPTY_CODE_HASH, maySend } from "../rules/senderCode.js";
import type { Header } from "../types/header.js";
import { capQueued } from "./makeRoom.js";
import type { PooledTransactions } from "./pooledTransactions.js";
import type { PoolLimits } from "./poolLimits.js";
import { rejection } from "./poolRejection.js";
import { type SenderAccount, SenderQueue } from "./senderQueue.js";

/** The head as the pool judges by it. */
export interface PoolHead {
  readonly header: Header;
  readonly state: StateReader;
}

export interface SenderAccountsParts {
  readonly pooled: PooledTransactions;
  readonly head: () => PoolHead;
  readonly limits: PoolLimits;
  readonly freeGas: boolean;
  /** What a queue holds may be pending now. */
  readonly onRenewed: (queue: SenderQueue) => void;
}

/** Keeps the accounts of pooled senders as the head has them, reading no more of them than changed or are asked for. */
export class SenderAccounts {
  readonly #parts: SenderAccountsParts;
  /** The head that each queue's account is of. */
  readonly #asOf = new WeakMap<SenderQueue, PoolHead>();

  constructor(parts: SenderAccountsParts) {
    this.#parts = parts;
  }

  /**
   * Use a sender's queue with its account as of the head, empty if nothing of it is pooled. Heads tell only of accounts that
   * their transactions name; who was paid by a contract may send more than was known.
   * @param step called at once when the queue is up to date.
   */
  async use<T>(from: Address, step: (queue: SenderQueue) => T): Promise<T> {
    const { pooled, head: headNow } = this.#parts;
    const { queues } = pooled;
    for (;;) {
      const head = headNow();
      const known = queues.get(from);
      if (known !== undefined && this.#asOf.get(known) === head) return step(known);
      const account = await readAccount(head.state, from);
      if (known === undefined && account.delegated) await checkMaySend(head.state, from);
      if (headNow() !== head) continue;
      const queue = queues.get(from) ?? new SenderQueue(from, account);
      if (queue.size > 0) this.#renew([[queue, account]], head);
      this.#asOf.set(queue, head);
      return step(queue);
    }
  }

  /** Bring the queues of these accounts up to the head. @param mined their nonces as far as a block tells them. */
  async reset(touched: Iterable<Address>, mined: ReadonlyMap<Address, bigint>): Promise<void> {
    const head = this.#parts.head();
    const accounts: [SenderQueue, SenderAccount][] = [];
    for (const address of touched) {
      const queue = this.#parts.pooled.queues.get(address);
      if (queue === undefined) continue;
      const nonce = mined.get(address) ?? 0n;
      // Most senders have no more than what was just included: nothing to read.
      if ((queue.last()?.transaction.nonce ?? 0n) < nonce)
        this.#renew([[queue, { ...queue.account, nonce }]], head);
      else accounts.push([queue, await readAccount(head.state, address)]);
    }
    this.#renew(accounts, head);
  }

  /** Let queues go on from their accounts as a head left them. */
  #renew(accounts: readonly (readonly [SenderQueue, SenderAccount])[], head: PoolHead): void {
    const { pooled, limits, freeGas, onRenewed } = this.#parts;
    const gasMax = blockGasMax(head.header, freeGas);
    for (const [queue, account] of accounts) {
      // Gone while accounts were read, perhaps with another in its place.
      if (pooled.queues.get(queue.address) !== queue) continue;
      pooled.reset(queue, account, gasMax);
      this.#asOf.set(queue, head);
    }
    const queues = accounts.map(([queue]) => queue);
    capQueued(queues, pooled, limits);
    for (const queue of queues) onRenewed(queue);
  }
}

async function readAccount(state: StateReader, address: Address): Promise<SenderAccount> {
  const { codeHash, nonce, balance } = await state.account(address);
  return { nonce, balance, delegated: codeHash !== EMPTY_CODE_HASH };
}

/** @throws PoolRejection for code that is no delegation (EIP-3607). */
async function checkMaySend(state: StateReader, address: Address): Promise<void> {
  if (maySend(await state.code(address))) return;
  const { codeHash } = await state.account(address);
  throw rejection("senderNoEoa", `sender not an eoa: address ${address}, codehash: ${codeHash}`);
}
