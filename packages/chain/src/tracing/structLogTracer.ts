import type { Hash } from "@causeway/protocol/hex";
import { toHex } from "../codec/hex.js";
import type { FrameEnd, LiveState, Step } from "./observer.js";
import type { TraceBudget } from "./traceBudget.js";
import { quantity, word } from "./traceFormat.js";
import type { TraceEnd, TraceJson, Tracer, TraceStart } from "./tracer.js";

/** geth's options of the default tracer. */
export interface StructLogOptions {
  readonly enableMemory?: boolean;
  readonly disableStack?: boolean;
  readonly disableStorage?: boolean;
  readonly enableReturnData?: boolean;
  /** Bytes of entries after which no more are kept; 0 for no end. */
  readonly limit?: number;
}

const SLOAD = 0x54;
const SSTORE = 0x55;
const WORD_BYTES = 32;

/** One entry of structLogs, as far as it may still change. */
interface Entry {
  error?: string;
  readonly [field: string]: TraceJson | undefined;
}

/** Every step: what debug_trace* answer when no tracer is named. */
export class StructLogTracer implements Tracer {
  readonly #options: StructLogOptions;
  readonly #budget: TraceBudget;
  readonly #entries: Entry[] = [];
  /** Slots seen so far by contract. */
  readonly #storage = new Map<string, Map<Hash, Hash>>();
  /** Newest entry by depth: the one a failure of its frame is about. */
  readonly #last: { readonly entry: Entry; readonly unpaid: boolean }[] = [];
  #state: LiveState | null = null;
  #chars = 0;
  #output: FrameEnd | null = null;
  #gas = 0n;

  constructor(options: StructLogOptions, budget: TraceBudget) {
    this.#options = options;
    this.#budget = budget;
  }

  begin({ state }: TraceStart): void {
    this.#state = state;
  }

  step(step: Step): void | Promise<void> {
    const { limit = 0, disableStorage = false } = this.#options;
    if (limit > 0 && this.#chars > limit) return;
    if (disableStorage || (step.opcode !== SLOAD && step.opcode !== SSTORE)) return this.#keep(step, null);
    const slot = step.stack.at(-1);
    const value = step.stack.at(-2);
    if (slot === undefined || (step.opcode === SSTORE && value === undefined)) return this.#keep(step, null);
    if (step.opcode === SSTORE) return this.#keep(step, [word(slot), word(value ?? 0n)]);
    return this.#state
      ?.storage(step.address, word(slot))
      .then((stored) => this.#keep(step, [word(slot), stored]));
  }

  exit(end: FrameEnd): void {
    const last = this.#last[end.depth];
    this.#last.length = end.depth;
    if (end.depth === 0) this.#output = end;
    // geth writes an error to a step that could not be begun, not to one that failed on the way.
    if (last === undefined || end.error === null) return;
    const unbegun = /^(stack |gas uint64)/.test(end.error);
    if (unbegun || (end.error.startsWith("out of gas") && last.unpaid)) last.entry.error = end.error;
  }

  end({ gasUsed }: TraceEnd): void {
    this.#gas = gasUsed;
  }

  result(): TraceJson {
    return {
      gas: Number(this.#gas),
      failed: this.#output?.error != null,
      returnValue: toHex(this.#output?.output ?? new Uint8Array()),
      structLogs: this.#entries,
    };
  }

  #keep(step: Step, seen: readonly [Hash, Hash] | null): void {
    const { disableStack = false, enableMemory = false, enableReturnData = false } = this.#options;
    const entry: Entry = {
      pc: step.pc,
      op: step.op,
      gas: Number(step.gas),
      gasCost: Number(step.cost),
      depth: step.depth,
      ...(disableStack ? {} : { stack: step.stack.map(quantity) }),
      ...(enableReturnData && step.returnData.length > 0 ? { returnData: toHex(step.returnData) } : {}),
      ...(enableMemory && step.memory.length > 0 ? { memory: words(step.memory) } : {}),
      ...(seen === null ? {} : { storage: this.#snapshot(step.address, seen) }),
      ...(step.refund === 0n ? {} : { refund: Number(step.refund) }),
    };
    // As geth counts them, and exact: an entry is written out as it is here.
    const chars = JSON.stringify(entry).length;
    this.#chars += chars;
    this.#budget.take(chars);
    this.#entries.push(entry);
    this.#last[step.depth - 1] = { entry, unpaid: step.cost > step.gas || mayRunOut(step) };
  }

  #snapshot(address: string, [slot, value]: readonly [Hash, Hash]): TraceJson {
    const slots = this.#storage.get(address) ?? new Map<Hash, Hash>();
    slots.set(slot, value);
    this.#storage.set(address, slots);
    return Object.fromEntries(slots);
  }
}

/** RETURN and STOP only fail for gas when the code they leave behind costs too much. */
function mayRunOut({ op }: Step): boolean {
  return op !== "RETURN" && op !== "STOP";
}

function words(memory: Uint8Array): string[] {
  const hex = toHex(memory).slice(2);
  const digits = 2 * WORD_BYTES;
  return Array.from(
    { length: Math.ceil(hex.length / digits) },
    (_, i) => `0x${hex.slice(i * digits, (i + 1) * digits).padEnd(digits, "0")}`,
  );
}
