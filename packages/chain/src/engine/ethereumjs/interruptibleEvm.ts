import { setImmediate } from "node:timers/promises";
import { EVM, type EVMOpts } from "@ethereumjs/evm";
import { chainError } from "../../chainError.js";
import type { Interrupts } from "../engine.js";

const OPCODE_JUMP = 0x56;
const OPCODE_JUMPI = 0x57;
/** Jumps between two looks at the clock: some 0.1 ms of EVM work. */
const JUMPS_PER_CHECK = 512;
/** Longest time the EVM holds the event loop, in milliseconds. */
const TIME_SLICE_MS = 10;

/**
 * An EVM that lets the event loop run and can be stopped inside a transaction: every loop jumps, so the two jump
 * opcodes look at the clock now and then. An interrupted state view is unusable and must be dropped.
 */
export class InterruptibleEvm extends EVM {
  interrupts: Interrupts = {};
  #jumps = 0;
  #sliceStart = performance.now();

  constructor(options: EVMOpts) {
    super(options);
    for (const opcode of [OPCODE_JUMP, OPCODE_JUMPI]) this.#guard(opcode);
  }

  #guard(opcode: number): void {
    const entry = this._opcodeMap[opcode];
    if (entry === undefined) throw new Error(`the EVM has no opcode ${opcode}`);
    const jump = entry.opHandler as (...args: unknown[]) => unknown;
    this._opcodeMap[opcode] = {
      ...entry,
      opcodeInfo: { ...entry.opcodeInfo, isAsync: true },
      opHandler: (state, common) => {
        jump(state, common);
        return ++this.#jumps % JUMPS_PER_CHECK === 0 ? this.checkInterrupts() : RESOLVED;
      },
    };
  }

  /** @throws ChainError "Aborted" or "DeadlineExceeded". */
  async checkInterrupts(): Promise<void> {
    if (performance.now() - this.#sliceStart > TIME_SLICE_MS) {
      await setImmediate();
      this.#sliceStart = performance.now();
    }
    const { signal, deadlineMs } = this.interrupts;
    if (signal?.aborted) throw chainError("Aborted", "execution was aborted by its caller");
    if (deadlineMs !== undefined && performance.now() > deadlineMs) {
      throw chainError("DeadlineExceeded", "execution exceeded its time budget (H4)");
    }
  }
}

const RESOLVED = Promise.resolve();
