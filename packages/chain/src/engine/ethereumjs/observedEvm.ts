import { ZERO_ADDRESS } from "@causeway/protocol/hex";
import type { EVMOpts, EVMResult, InterpreterStep, Log, Message } from "@ethereumjs/evm";
import type { Address } from "@ethereumjs/util";
import { toHex } from "../../codec/hex.js";
import type { ExecutionObserver, Frame, FrameKind, Step } from "../../tracing/observer.js";
import { CALL_OPCODES, InterruptibleEvm } from "./interruptibleEvm.js";
import { failureReason, LAST_OPCODES, OPCODE, opcodeName, opcodeOf } from "./opcodes.js";
import { refusedCall } from "./refusedCall.js";
import { stepCost } from "./stepCost.js";

const LOG_OPCODES = [0xa0, 0xa1, 0xa2, 0xa3, 0xa4];
const FRAME_KINDS: Readonly<Record<number, FrameKind>> = {
  [OPCODE.create]: "CREATE",
  [OPCODE.call]: "CALL",
  [OPCODE.callCode]: "CALLCODE",
  [OPCODE.delegateCall]: "DELEGATECALL",
  [OPCODE.create2]: "CREATE2",
  [OPCODE.staticCall]: "STATICCALL",
};
/** Work between two looks at the clock while steps are observed, in bytes copied for the observer. */
const BYTES_PER_CHECK = 1_000_000;
/** What a step costs besides its stack and memory, in the same unit. */
const STEP_BYTES = 1_000;
const WORD_BYTES = 32;
/** REVERT by its last byte, and no opcode of the library's. */
const HIDDEN_REVERT = 0x1fd;
const EMPTY = new Uint8Array();

/** What is needed of a frame that is not over. */
interface OpenFrame {
  readonly kind: FrameKind;
  readonly depth: number;
  /** Opcode that ran last, where steps are observed. */
  opcode: number | null;
  address: Step["address"] | null;
  codeAddress: Step["address"] | null;
  returnData: Uint8Array;
}

/** The part of the library's state of a run that is looked at here. */
export interface RunState {
  readonly opCode: number;
  readonly programCounter: number;
  readonly code: Uint8Array;
  readonly stack: { readonly length: number; peek(count: number): bigint[]; getStack(): bigint[] };
  readonly memory: { read(offset: number, size: number): Uint8Array; readonly _store: Uint8Array };
  readonly memoryWordCount: bigint;
  readonly gasLeft: bigint;
  readonly gasRefund: bigint;
  readonly messageGasLimit?: bigint;
  readonly env: { readonly address: Address; readonly depth: number; readonly callValue: bigint };
  readonly interpreter: { readonly _result: { readonly logs: Log[] } };
}

/** An EVM that tells an observer of frames, logs and, where it wants them, steps: what geth's tracing hooks tell. */
export class ObservedEvm extends InterruptibleEvm {
  #observer: ExecutionObserver | null = null;
  readonly #frames: OpenFrame[] = [];
  /** Opcode that makes the next frame. */
  #calling = 0;
  #entered = 0;
  #bytes = 0;
  /** What an observer threw: a listener the library waits for cannot fail itself. */
  #failure: unknown = null;

  constructor(options: EVMOpts, now?: () => number) {
    super(options, now);
    this.#nameUndefined();
    this.#hideRevert();
    for (const opcode of CALL_OPCODES) {
      if (this._opcodeMap[opcode]?.opcodeInfo.isInvalid === false) this.#observeCalls(opcode);
    }
    for (const opcode of LOG_OPCODES) this.#observeLogs(opcode);
    this.#observeSelfDestruct();
    this.events.on("beforeMessage", (message) => this.#enter(message));
    this.events.on("afterMessage", (result, resume) => this.#wait(this.#exit(result), resume));
    this.events.on("afterMessage", (_result) => this.#rethrow());
  }

  /** The library takes every undefined opcode for 0xfe. */
  #nameUndefined(): void {
    for (const [code, entry] of [...this._opcodeMap].entries()) {
      if (entry?.opcodeInfo.isInvalid !== true || code === OPCODE.invalid) continue;
      this.replace(code, (undefinedOpcode) => undefinedOpcode);
      const { opcodeInfo, ...rest } = this._opcodeMap[code] ?? entry;
      this._opcodeMap[code] = { ...rest, opcodeInfo: { ...opcodeInfo, code } };
    }
  }

  /** Before a step of REVERT the library reads the memory it names, paid for or not: it must not know it. */
  #hideRevert(): void {
    this.replace(OPCODE.revert, (revert) => revert);
    const entry = this._opcodeMap[OPCODE.revert];
    if (entry === undefined) return;
    const hidden = { ...entry, opcodeInfo: { ...entry.opcodeInfo, code: HIDDEN_REVERT } };
    this._opcodeMap[OPCODE.revert] = hidden;
    this._opcodeMap[HIDDEN_REVERT] = hidden;
  }

  /** @param observer of what runs from now on; null for none. */
  observe(observer: ExecutionObserver | null): void {
    this.#observer = observer;
    this.#frames.length = 0;
    this.#failure = null;
    this.events.removeAllListeners("step");
    if (observer?.step === undefined) return;
    this.events.on("step", (step, resume) => this.#wait(this.#step(step), resume));
    this.events.on("step", (_step) => this.#rethrow());
  }

  #wait(work: void | Promise<void>, resume: ((result?: unknown) => void) | undefined): void {
    if (work === undefined) {
      resume?.();
      return;
    }
    work
      .catch((error: unknown) => {
        this.#failure = error;
      })
      .finally(() => resume?.());
  }

  #rethrow(): void {
    if (this.#failure !== null) throw this.#failure;
  }

  #observeCalls(opcode: number): void {
    this.replace(opcode, (call) => async (...args) => {
      const observer = this.#observer;
      if (observer === null) return call(...args);
      const run = args[0] as RunState;
      const refused = refusedCall(run, opcode);
      const entered = this.#entered;
      this.#calling = opcode;
      await call(...args);
      // Too deep, or without the money: the library makes no frame of it, others do.
      if (this.#entered !== entered) return;
      const caller = this.#frames.at(-1);
      if (caller !== undefined) caller.returnData = EMPTY;
      this.#tell(refused(FRAME_KINDS[opcode] ?? "CALL"));
    });
  }

  #observeLogs(opcode: number): void {
    this.replace(opcode, (log) => async (...args) => {
      await log(...args);
      const emitted = (args[0] as RunState).interpreter._result.logs.at(-1);
      if (emitted === undefined) return;
      const [address, topics, data] = emitted;
      this.#observer?.log?.({ address: toHex(address), topics: topics.map(toHex), data: toHex(data) });
    });
  }

  #observeSelfDestruct(): void {
    this.replace(OPCODE.selfDestruct, (destroy) => async (...args) => {
      const observer = this.#observer;
      if (observer?.enter === undefined) return destroy(...args);
      const { env, stack } = args[0] as RunState;
      const [heir = 0n] = stack.length === 0 ? [] : stack.peek(1);
      const value = (await this.stateManager.getAccount(env.address))?.balance ?? 0n;
      try {
        return await destroy(...args);
      } catch (end) {
        // It ends the frame by throwing, whether it went well or not.
        if (isStop(end)) {
          this.#tell({
            frame: {
              kind: "SELFDESTRUCT",
              depth: env.depth + 1,
              from: toHex(env.address.bytes),
              to: addressOf(heir),
              precompile: false,
              gas: 0n,
              value,
              input: EMPTY,
            },
            error: null,
          });
        }
        throw end;
      }
    });
  }

  /** A frame in which nothing runs. */
  #tell({ frame, error }: { readonly frame: Frame; readonly error: string | null }): void {
    this.#observer?.enter?.(frame);
    this.#observer?.exit?.({ depth: frame.depth, gasUsed: 0n, output: EMPTY, error, created: null });
  }

  #enter(message: Message): void {
    const observer = this.#observer;
    if (observer === null) return;
    this.#entered++;
    const { depth, to } = message;
    const parent = this.#frames.at(-1);
    if (parent !== undefined) parent.returnData = EMPTY;
    const kind = depth > 0 ? (FRAME_KINDS[this.#calling] ?? "CALL") : to === undefined ? "CREATE" : "CALL";
    this.#frames.push({ kind, depth, opcode: null, address: null, codeAddress: null, returnData: EMPTY });
    if (observer.enter === undefined) return;
    const code = to === undefined ? undefined : message.codeAddress;
    // The library passes the caller's caller on.
    const from = kind === "DELEGATECALL" ? (to ?? message.caller) : message.caller;
    observer.enter({
      kind,
      depth,
      from: toHex(from.bytes),
      to: code === undefined ? null : toHex(code.bytes),
      precompile: code !== undefined && this.getPrecompile(code) !== undefined,
      gas: message.gasLimit,
      value: kind === "STATICCALL" ? null : message.value,
      // A view of the caller's memory.
      input: message.data.slice(),
    });
  }

  #exit(result: EVMResult): void | Promise<void> {
    const frame = this.#frames.at(-1);
    if (this.#observer === null || frame === undefined) return;
    const untold = this.#untoldStep(frame, result);
    const told = untold === null ? undefined : this.#observer.step?.(untold);
    if (told instanceof Promise) return told.then(() => this.#close(frame, result));
    this.#close(frame, result);
  }

  #close({ kind, depth }: OpenFrame, { execResult, createdAddress }: EVMResult): void {
    this.#frames.pop();
    const creates = kind === "CREATE" || kind === "CREATE2";
    const error = failureReason(execResult, creates, this.common);
    const output = error === null || error === REVERTED ? execResult.returnValue : EMPTY;
    const parent = this.#frames.at(-1);
    if (parent !== undefined && !(creates && error === null)) parent.returnData = output;
    this.#observer?.exit?.({
      depth,
      gasUsed: execResult.executionGasUsed,
      output,
      error,
      created: creates && createdAddress !== undefined ? toHex(createdAddress.bytes) : null,
    });
  }

  /** Code that runs off its end stops there; the library does it without a step. */
  #untoldStep(frame: OpenFrame, { execResult }: EVMResult): Step | null {
    const run = execResult.runState as RunState | undefined;
    if (this.#observer?.step === undefined || execResult.exceptionError !== undefined || run === undefined) {
      return null;
    }
    if (run.programCounter < run.code.length || (frame.opcode !== null && LAST_OPCODES.has(frame.opcode))) {
      return null;
    }
    return {
      pc: run.programCounter,
      opcode: OPCODE.stop,
      op: "STOP",
      gas: run.gasLeft,
      cost: 0n,
      depth: frame.depth + 1,
      refund: run.gasRefund,
      address: frame.address ?? ZERO_ADDRESS,
      codeAddress: frame.codeAddress ?? ZERO_ADDRESS,
      stack: run.stack.getStack(),
      memory: run.memory._store.slice(0, Number(run.memoryWordCount) * WORD_BYTES),
      returnData: frame.returnData,
    };
  }

  #step(event: InterpreterStep): void | Promise<void> {
    const frame = this.#frames.at(-1);
    const observer = this.#observer;
    if (frame === undefined || observer?.step === undefined) return;
    const { name } = event.opcode;
    const code = opcodeOf(event.opcode.code);
    frame.opcode = code;
    frame.address ??= toHex(event.address.bytes);
    frame.codeAddress ??= toHex(event.codeAddress?.bytes ?? event.address.bytes);
    const cost = stepCost(event, this.common);
    this.#bytes += STEP_BYTES + event.memory.length + event.stack.length * WORD_BYTES;
    const told = observer.step({
      pc: event.pc,
      opcode: code,
      op: opcodeName(code, name),
      gas: event.gasLeft,
      cost,
      depth: event.depth + 1,
      refund: event.gasRefund,
      address: frame.address,
      codeAddress: frame.codeAddress,
      stack: event.stack,
      memory: event.memory,
      returnData: frame.returnData,
    });
    if (this.#bytes < BYTES_PER_CHECK) return told;
    this.#bytes = 0;
    return Promise.resolve(told).then(() => this.checkInterrupts());
  }
}

const REVERTED = "execution reverted";
const ADDRESS_BITS = 160;

/** An address as a word of the stack holds it. */
function addressOf(word: bigint): Step["address"] {
  return `0x${BigInt.asUintN(ADDRESS_BITS, word).toString(16).padStart(40, "0")}`;
}

function isStop(error: unknown): boolean {
  return typeof error === "object" && error !== null && "error" in error && error.error === "stop";
}
