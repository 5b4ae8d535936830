import { type Address, type Hash, type Hex, ZERO_HASH } from "@causeway/protocol/hex";
import { EMPTY_CODE_HASH } from "../rules/senderCode.js";
import type { LiveAccount, LiveState, Step } from "./observer.js";
import { type TouchedAccount, TouchedState } from "./touchedState.js";
import type { TraceBudget } from "./traceBudget.js";
import { quantity } from "./traceFormat.js";
import type { TraceJson, Tracer, TraceStart } from "./tracer.js";

/** Parity's four answers to what became of a value. */
type Change = "=" | { readonly "+": Hex } | { readonly "-": Hex } | { readonly "*": { from: Hex; to: Hex } };

/** Whether an account was there before, and is there after. */
type Fate = "born" | "died" | "lived";

/** Parity's stateDiff: every account the transaction changed, with what it held before and after. */
export class StateDiffTracer implements Tracer {
  readonly #touched: TouchedState;
  #result: TraceJson = {};

  constructor(budget: TraceBudget) {
    this.#touched = new TouchedState(budget, { code: true, storage: true });
  }

  begin(start: TraceStart): Promise<void> {
    return this.#touched.begin(start);
  }

  step(step: Step): Promise<void> {
    return this.#touched.step(step);
  }

  async end(): Promise<void> {
    const changes: Record<Address, TraceJson> = {};
    for (const [address, before] of this.#touched.accounts) {
      const changed = await accountChanges(this.#touched.state, address, before);
      if (changed !== null) changes[address] = changed;
    }
    this.#result = changes;
  }

  result(): TraceJson {
    return this.#result;
  }
}

async function accountChanges(
  state: LiveState,
  address: Address,
  before: TouchedAccount,
): Promise<TraceJson | null> {
  const after = await state.account(address);
  const fate = fateOf(before, after);
  if (fate === null) return null;
  const code = after.codeHash === before.codeHash ? before.code : await state.code(address);
  const storage: Record<Hash, Change> = {};
  for (const [slot, value] of before.storage) {
    const now = await state.storage(address, slot);
    if (now !== value) storage[slot] = fate === "born" ? { "+": now } : { "*": { from: value, to: now } };
  }
  const changes = {
    balance: change(fate, quantity(before.balance), quantity(after.balance)),
    code: change(fate, before.code, code),
    nonce: change(fate, quantity(before.nonce), quantity(after.nonce)),
    storage: fate === "died" ? {} : storage,
  };
  const same = [changes.balance, changes.code, changes.nonce].every((value) => value === "=");
  return same && Object.keys(storage).length === 0 ? null : changes;
}

/** null for an account that was not and is not there. */
function fateOf(before: TouchedAccount, after: LiveAccount): Fate | null {
  if (isThere(before)) return isThere(after) ? "lived" : "died";
  return isThere(after) ? "born" : null;
}

/** EIP-161. */
function isThere({ exists, balance, nonce, codeHash }: LiveAccount): boolean {
  return (
    exists && (balance !== 0n || nonce !== 0n || (codeHash !== EMPTY_CODE_HASH && codeHash !== ZERO_HASH))
  );
}

function change(fate: Fate, from: Hex, to: Hex): Change {
  if (fate === "born") return { "+": to };
  if (fate === "died") return { "-": from };
  return from === to ? "=" : { "*": { from, to } };
}
