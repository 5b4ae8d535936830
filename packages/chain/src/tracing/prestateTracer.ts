import { type Address, type Hash, ZERO_HASH } from "@causeway/protocol/hex";

import { EMPTY_CODE_HASH } from "../rules/senderCode.js";
import type { Step } from "./observer.js";
import { type TouchedAccount, TouchedState } from "./touchedState.js";
import type { TraceBudget } from "./traceBudget.js";
import { quantity } from "./traceFormat.js";
import type { TraceJson, Tracer, TraceStart } from "./tracer.js";

export interface PrestateOptions {
  readonly diffMode?: boolean;
  readonly disableCode?: boolean;
  readonly disableStorage?: boolean;
  readonly includeEmpty?: boolean;
}

interface AccountFields {
  [field: string]: TraceJson;
}

/** geth's prestateTracer: what the transaction needs of the state before it, or what it changed. */
export class PrestateTracer implements Tracer {
  readonly #options: PrestateOptions;
  readonly #touched: TouchedState;
  #result: TraceJson = null;

  constructor(options: PrestateOptions, budget: TraceBudget) {
    this.#options = options;
    const { disableCode = false, disableStorage = false } = options;
    this.#touched = new TouchedState(budget, { code: !disableCode, storage: !disableStorage });
  }

  begin(start: TraceStart): Promise<void> {
    return this.#touched.begin(start);
  }

  step(step: Step): Promise<void> {
    return this.#touched.step(step);
  }

  async end(): Promise<void> {
    this.#result = this.#options.diffMode === true ? await this.#difference() : this.#before();
  }

  result(): TraceJson {
    return this.#result;
  }

  #before(): TraceJson {
    const pre: Record<Address, AccountFields> = {};
    for (const [address, account] of this.#touched.accounts) {
      if (this.#options.includeEmpty !== true && isEmpty(account)) continue;
      pre[address] = accountFields(account, account.storage);
    }
    return pre;
  }

  async #difference(): Promise<TraceJson> {
    const pre: Record<Address, AccountFields> = {};
    const post: Record<Address, AccountFields> = {};
    for (const [address, account] of this.#touched.accounts) {
      const shown = new Map([...account.storage].filter(([, value]) => value !== ZERO_HASH));
      // What was destroyed is among what was only.
      if (account.exists && !(await this.#touched.state.account(address)).exists) {
        if (!isEmpty(account)) pre[address] = accountFields(account, account.storage);
        continue;
      }
      const changed = await this.#changes(address, account, shown);
      if (changed === null) continue;
      post[address] = changed;
      if (!isEmpty(account)) pre[address] = accountFields(account, shown);
    }
    return { post, pre };
  }

  /** @param shown loses the slots that did not change. @returns null when nothing of the account did. */
  async #changes(
    address: Address,
    before: TouchedAccount,
    shown: Map<Hash, Hash>,
  ): Promise<AccountFields | null> {
    const { state } = this.#touched;
    const { balance, nonce, codeHash } = await state.account(address);
    const fields: AccountFields = {};
    if (balance !== before.balance) fields.balance = quantity(balance);
    if (nonce !== before.nonce) fields.nonce = Number(nonce);
    if (codeHash !== before.codeHash) {
      fields.codeHash = codeHash;
      if (this.#options.disableCode !== true) fields.code = await state.code(address);
    }
    const storage: Record<Hash, Hash> = {};
    let moved = false;
    for (const [slot, value] of before.storage) {
      const after = await state.storage(address, slot);
      if (after === value) {
        shown.delete(slot);
        continue;
      }
      moved = true;
      if (after !== ZERO_HASH) storage[slot] = after;
    }
    if (Object.keys(storage).length > 0) fields.storage = storage;
    return moved || Object.keys(fields).length > 0 ? fields : null;
  }
}

function isEmpty({ balance, nonce, codeHash }: TouchedAccount): boolean {
  return balance === 0n && nonce === 0n && codeHash === EMPTY_CODE_HASH;
}

function accountFields(account: TouchedAccount, storage: ReadonlyMap<Hash, Hash>): AccountFields {
  const { balance, nonce, codeHash, code } = account;
  return {
    balance: quantity(balance),
    ...(code === "0x" ? {} : { code }),
    ...(codeHash === EMPTY_CODE_HASH ? {} : { codeHash }),
    ...(nonce === 0n ? {} : { nonce: Number(nonce) }),
    ...(storage.size === 0 ? {} : { storage: Object.fromEntries(storage) }),
  };
}
