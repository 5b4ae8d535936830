import { setImmediate } from "node:timers/promises";
import { EVM, type EVMOpts } from "@ethereumjs/evm";
import { chainError } from "../../chainError.js";
import type { Interrupts } from "../engine.js";

/** JUMP, JUMPI. */
const JUMP_OPCODES = [0x56, 0x57];
/** CREATE, CALL, CALLCODE, DELEGATECALL, CREATE2, STATICCALL: code that calls itself loops without a jump. */
export const CALL_OPCODES = [0xf0, 0xf1, 0xf2, 0xf4, 0xf5, 0xfa];
/** Jumps between two looks at the clock: some 0.1 ms of EVM work. */
const JUMPS_PER_CHECK = 512;
/** Longest time the EVM holds the event loop, in milliseconds. */
const TIME_SLICE_MS = 10;

/**
 * An EVM that lets the event loop run and can be stopped inside a transaction: nothing runs for long without a jump or a
 * call, so jumps look at the clock now and then, calls always. An interrupted state view is unusable and must be dropped.
 */
export class InterruptibleEvm extends EVM {
  interrupts: Interrupts = {};
  readonly #now: () => number;
  #jumps = 0;
  #sliceStart: number;

  /** @param now monotonic milliseconds; a clock that stands still during a transaction never lets go of the event loop. */
  constructor(options: EVMOpts, now: () => number = () => performance.now()) {
    super(options);
    this.#now = now;
    this.#sliceStart = now();
    for (const opcode of JUMP_OPCODES) {
      this.replace(opcode, (jump) => (...args) => {
        jump(...args);
        return ++this.#jumps % JUMPS_PER_CHECK === 0 ? this.checkInterrupts() : RESOLVED;
      });
    }
    for (const opcode of CALL_OPCODES) {
      this.replace(opcode, (call) => async (...args) => {
        await this.checkInterrupts();
        await call(...args);
      });
    }
  }

  /** Put something around what an opcode does, its gas apart. */
  protected replace(opcode: number, wrap: (handler: OpcodeHandler) => OpcodeHandler): void {
    const entry = this._opcodeMap[opcode];
    if (entry === undefined) throw new Error(`the EVM has no opcode ${opcode}`);
    this._opcodeMap[opcode] = {
      ...entry,
      opcodeInfo: { ...entry.opcodeInfo, isAsync: true },
      opHandler: wrap(entry.opHandler as OpcodeHandler) as typeof entry.opHandler,
    };
  }

  /** @throws ChainError "Aborted" or "DeadlineExceeded". */
  async checkInterrupts(): Promise<void> {
    if (this.#now() - this.#sliceStart > TIME_SLICE_MS) {
      await setImmediate();
      this.#sliceStart = this.#now();
    }
    const { signal, deadlineMs } = this.interrupts;
    if (signal?.aborted) throw chainError("Aborted", "execution was aborted by its caller");
    if (deadlineMs !== undefined && this.#now() > deadlineMs) {
      throw chainError("DeadlineExceeded", "execution exceeded its time budget (H4)");
    }
  }
}

/** Called with the library's state of the run, then its Common. */
export type OpcodeHandler = (...args: unknown[]) => unknown;

const RESOLVED = Promise.resolve();
