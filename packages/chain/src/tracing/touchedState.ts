import type { Address, Hash, Hex } from "@causeway/protocol/hex";
import { getCreate2Address, getCreateAddress } from "ethers";
import { toHex } from "../codec/hex.js";
import { keccak256 } from "../crypto/nativeCrypto.js";
import { delegateOf } from "../rules/delegation.js";
import type { LiveState, Step } from "./observer.js";
import type { TraceBudget } from "./traceBudget.js";
import { word } from "./traceFormat.js";
import type { TraceStart } from "./tracer.js";

/** What an account held before the transaction, as far as the transaction came near it. */
export interface TouchedAccount {
  readonly exists: boolean;
  readonly balance: bigint;
  readonly nonce: bigint;
  readonly codeHash: Hash;
  /** "0x" where code is not wanted. */
  readonly code: Hex;
  readonly storage: Map<Hash, Hash>;
}

/** Opcodes whose operands name accounts or slots. */
const SLOT_OPCODES = new Set(["SLOAD", "SSTORE"]);
const ACCOUNT_OPCODES = new Set(["EXTCODECOPY", "EXTCODEHASH", "EXTCODESIZE", "BALANCE", "SELFDESTRUCT"]);
const CALL_OPCODES = new Set(["CALL", "CALLCODE", "DELEGATECALL", "STATICCALL"]);

const ADDRESS_BITS = 160;
const ACCOUNT_CHARS = 300;
const SLOT_CHARS = 140;

/** Collects accounts and slots as they were, each when the transaction first comes near it. */
export class TouchedState {
  readonly accounts = new Map<Address, TouchedAccount>();
  readonly #budget: TraceBudget;
  readonly #wanted: { readonly code: boolean; readonly storage: boolean };
  #state: LiveState | null = null;

  constructor(budget: TraceBudget, wanted: { readonly code: boolean; readonly storage: boolean }) {
    this.#budget = budget;
    this.#wanted = wanted;
  }

  get state(): LiveState {
    if (this.#state === null) throw new Error("a tracer was used before its beginning");
    return this.#state;
  }

  async begin({ state, from, to, coinbase, authorities }: TraceStart): Promise<void> {
    this.#state = state;
    if (to !== null) await this.#touchDelegate(to);
    const target = to ?? creation(from, (await state.account(from)).nonce);
    for (const address of [from, target, coinbase, ...authorities]) await this.touch(address);
  }

  async step({ op, stack, address, memory }: Step): Promise<void> {
    const top = stack.at(-1);
    if (top !== undefined && SLOT_OPCODES.has(op)) {
      await this.#touchSlot(address, word(top));
    } else if (top !== undefined && ACCOUNT_OPCODES.has(op)) {
      await this.touch(addressOf(top));
    } else if (CALL_OPCODES.has(op)) {
      const callee = stack.at(-2);
      if (callee === undefined) return;
      await this.touch(addressOf(callee));
      await this.#touchDelegate(addressOf(callee));
    } else if (op === "CREATE") {
      await this.touch(creation(address, (await this.state.account(address)).nonce));
    } else if (op === "CREATE2" && stack.length >= 4) {
      const [salt, size, offset] = stack.slice(-4, -1);
      const code = slice(memory, offset ?? 0n, size ?? 0n);
      if (code === null) return;
      const made = getCreate2Address(address, word(salt ?? 0n), toHex(keccak256(code)));
      await this.touch(made.toLowerCase() as Address);
    }
  }

  async touch(address: Address): Promise<void> {
    if (this.accounts.has(address)) return;
    const { exists, balance, nonce, codeHash } = await this.state.account(address);
    const code = this.#wanted.code ? await this.state.code(address) : "0x";
    this.#budget.take(ACCOUNT_CHARS + code.length);
    this.accounts.set(address, { exists, balance, nonce, codeHash, code, storage: new Map() });
  }

  async #touchDelegate(address: Address): Promise<void> {
    const delegate = delegateOf(await this.state.code(address));
    if (delegate !== null) await this.touch(delegate);
  }

  async #touchSlot(address: Address, slot: Hash): Promise<void> {
    if (!this.#wanted.storage) return;
    await this.touch(address);
    const storage = this.accounts.get(address)?.storage;
    if (storage === undefined || storage.has(slot)) return;
    this.#budget.take(SLOT_CHARS);
    storage.set(slot, await this.state.storage(address, slot));
  }
}

function creation(from: Address, nonce: bigint): Address {
  return getCreateAddress({ from, nonce }).toLowerCase() as Address;
}

function addressOf(operand: bigint): Address {
  return `0x${BigInt.asUintN(ADDRESS_BITS, operand).toString(16).padStart(40, "0")}`;
}

/** EIP-3860: nothing longer can be init code. */
const INIT_CODE_MAX = 49_152n;

/** A part of memory, which reads as zeros beyond its end; null for more than any creation can take. */
function slice(memory: Uint8Array, offset: bigint, size: bigint): Uint8Array | null {
  if (size > INIT_CODE_MAX) return null;
  const bytes = new Uint8Array(Number(size));
  if (offset < BigInt(memory.length)) bytes.set(memory.subarray(Number(offset), Number(offset + size)));
  return bytes;
}
