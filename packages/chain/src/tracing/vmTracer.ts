import type { Address, Hex } from "@causeway/protocol/hex";
import { toHex } from "../codec/hex.js";
import { delegateOf } from "../rules/delegation.js";
import type { Frame, FrameEnd, LiveState, Step } from "./observer.js";
import type { TraceBudget } from "./traceBudget.js";
import { quantity } from "./traceFormat.js";
import type { TraceJson, Tracer, TraceStart } from "./tracer.js";

/** Characters of an operation besides what it pushes and writes. */
const OPERATION_CHARS = 140;

/** A type, not an interface: it must fit what a trace is made of. */
type Operation = {
  readonly cost: number;
  readonly pc: number;
  readonly op: string;
  ex: TraceJson;
  sub: TraceJson;
};

interface OpenFrame {
  code: string;
  readonly ops: Operation[];
  /** The step whose outcome the next one in this frame shows. */
  pending: { readonly step: Step; readonly operation: Operation } | null;
}

/** Parity's vmTrace: each operation with what it pushed, wrote and left of the gas. */
export class VmTracer implements Tracer {
  readonly #budget: TraceBudget;
  readonly #open: OpenFrame[] = [];
  #state: LiveState | null = null;
  #result: TraceJson = null;

  constructor(budget: TraceBudget) {
    this.#budget = budget;
  }

  begin({ state }: TraceStart): void {
    this.#state = state;
  }

  enter({ kind, input }: Frame): void {
    const creates = kind === "CREATE" || kind === "CREATE2";
    const code = creates ? toHex(input) : "";
    this.#budget.take(code.length);
    this.#open.push({ code, ops: [], pending: null });
  }

  async step(step: Step): Promise<void> {
    const frame = this.#open.at(-1);
    if (frame === undefined) return;
    if (frame.code === "") {
      frame.code = await this.#codeOf(step.codeAddress);
      this.#budget.take(frame.code.length);
    }
    this.#settle(frame, step);
    this.#budget.take(OPERATION_CHARS);
    const operation = { cost: Number(step.cost), pc: step.pc, op: step.op, ex: null, sub: null };
    frame.ops.push(operation);
    frame.pending = { step, operation };
  }

  exit({ error }: FrameEnd): void {
    const frame = this.#open.pop();
    if (frame === undefined) return;
    if (error === null) this.#settle(frame, null);
    const trace = frame.ops.length === 0 ? null : { code: frame.code, ops: frame.ops };
    const parent = this.#open.at(-1)?.pending;
    if (parent != null) parent.operation.sub = trace;
    else if (this.#open.length === 0) this.#result = trace;
  }

  result(): TraceJson {
    return this.#result;
  }

  async #codeOf(address: Address): Promise<Hex> {
    const code = (await this.#state?.code(address)) ?? "0x";
    const delegate = delegateOf(code);
    return delegate === null ? code : ((await this.#state?.code(delegate)) ?? "0x");
  }

  /** @param next the frame's next step; null after its last. */
  #settle(frame: OpenFrame, next: Step | null): void {
    if (frame.pending === null) return;
    const { step, operation } = frame.pending;
    frame.pending = null;
    const push = next === null ? [] : pushed(step, next).map(quantity);
    const mem = next === null ? null : written(step, next);
    this.#budget.take(70 * push.length + (mem?.data.length ?? 0));
    const used = next === null ? step.gas - step.cost : next.gas;
    operation.ex = { mem, push, store: stored(step), used: Number(used) };
  }
}

/** Opcodes that leave nothing on the stack. */
const SILENT =
  /^(STOP|POP|MSTORE8?|[ST]STORE|JUMPI?|JUMPDEST|MCOPY|\w+COPY|LOG\d|RETURN|REVERT|INVALID|SELFDESTRUCT)$/;

/** What an operation left on the stack; DUP and SWAP show all they reached, as Parity does. */
function pushed({ op }: Step, next: Step): readonly bigint[] {
  if (SILENT.test(op)) return [];
  const reached = /^(?:DUP|SWAP)(\d+)$/.exec(op)?.[1];
  return next.stack.slice(-(reached === undefined ? 1 : Number(reached) + 1));
}

/** Memory an operation wrote or read, as it is afterwards. */
function written(step: Step, next: Step): { readonly data: Hex; readonly off: number } | null {
  const range = memoryRange(step);
  if (range === null || range.size === 0n) return null;
  const off = Number(range.offset);
  return { data: toHex(next.memory.subarray(off, off + Number(range.size))), off };
}

function memoryRange({ op, stack }: Step): { readonly offset: bigint; readonly size: bigint } | null {
  /** The operand so deep in the stack, 1 on top. */
  const at = (depth: number) => stack.at(-depth) ?? 0n;
  if (op === "MSTORE" || op === "MLOAD") return { offset: at(1), size: 32n };
  if (op === "MSTORE8") return { offset: at(1), size: 1n };
  if (op === "EXTCODECOPY") return { offset: at(2), size: at(4) };
  if (op.endsWith("COPY")) return { offset: at(1), size: at(3) };
  if (op === "CALL" || op === "CALLCODE") return { offset: at(6), size: at(7) };
  if (op === "DELEGATECALL" || op === "STATICCALL") return { offset: at(5), size: at(6) };
  return null;
}

function stored({ op, stack }: Step): TraceJson {
  if (op !== "SSTORE") return null;
  return { key: quantity(stack.at(-1) ?? 0n), val: quantity(stack.at(-2) ?? 0n) };
}
